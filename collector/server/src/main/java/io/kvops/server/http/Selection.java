package io.kvops.server.http;

import io.kvops.analyzer.GroupBy;
import io.kvops.server.report.ReportJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which operations are asked about, and by what they are grouped: {@code by=service,pattern&store=redis}.
 *
 * @param by in the order asked for, each once
 * @param where exact values
 */
record Selection(List<GroupBy> by, Map<GroupBy, String> where) {
    static final Set<GroupBy> ALL = EnumSet.allOf(GroupBy.class);
    static final Set<GroupBy> ALL_BUT_OUTCOME = EnumSet.complementOf(EnumSet.of(GroupBy.OUTCOME));
    private static final List<String> OUTCOMES = List.of("ok", "miss", "error", "timeout", "cancelled");

    /** The parameters that select among these, after others. */
    static List<String> params(Set<GroupBy> among, String... others) {
        return Stream.concat(Arrays.stream(others), among.stream().map(ReportJson::name))
                .toList();
    }

    static Selection of(Params params, Set<GroupBy> among) throws BadRequest {
        Map<GroupBy, String> where = new EnumMap<>(GroupBy.class);
        for (GroupBy one : among) {
            String name = ReportJson.name(one);
            if (params.has(name)) {
                where.put(one, value(one, params.text(name, "")));
            }
        }
        return new Selection(by(params.text("by", ""), among), where);
    }

    /** As agents name them; and what is none of a few is a mistake. */
    private static String value(GroupBy one, String text) throws BadRequest {
        return switch (one) {
            case OP -> text.toUpperCase(Locale.ROOT);
            case OUTCOME -> outcome(text);
            default -> text;
        };
    }

    static String outcome(String text) throws BadRequest {
        String wanted = text.toLowerCase(Locale.ROOT);
        if (!OUTCOMES.contains(wanted)) {
            throw new BadRequest(400, "outcome: " + text + " (expected one of " + String.join(", ", OUTCOMES) + ")");
        }
        return wanted;
    }

    private static List<GroupBy> by(String text, Set<GroupBy> among) throws BadRequest {
        List<GroupBy> by = new ArrayList<>();
        for (String name : text.isEmpty() ? new String[0] : text.split(",", among.size() + 1)) {
            GroupBy found = among.stream()
                    .filter(g -> ReportJson.name(g).equals(name.strip()) && !by.contains(g))
                    .findFirst()
                    .orElseThrow(() -> new BadRequest(
                            400,
                            "by: " + text + " (expected some of " + String.join(",", params(among)) + ", each once)"));
            by.add(found);
        }
        return by;
    }
}
