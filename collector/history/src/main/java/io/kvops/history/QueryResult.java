package io.kvops.history;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query of a user.
 *
 * @param columns names, in their order
 * @param types of them, as the database calls them
 * @param rows each as long as columns; values are null, Boolean, Number, String, or List of these
 * @param truncated there were more rows than wanted
 */
public record QueryResult(
        List<String> columns, List<String> types, List<List<@Nullable Object>> rows, boolean truncated) {
    public QueryResult {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        rows = List.copyOf(rows);
    }
}
