package io.kvops.stores.format;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Opens a file of records, or a manifest and its parts, as a store that is read: what it is, is told by its content. Files
 * are written by {@link DataFormats#create}.
 */
public final class FileStores implements DataStoreProvider {
    private final DataFormats formats;
    private final FileReadOptions options;
    private final Consumer<Problem> problems;

    /** For the formats of the class path, failing at damage. */
    public FileStores() {
        this(DataFormats.load(), FileReadOptions.strict());
    }

    public FileStores(DataFormats formats, FileReadOptions options) {
        this(formats, options, problem -> {});
    }

    /** @param problems is told of each place that is left out, up to {@link Problems#MAX_LISTED} a reader, on its thread */
    public FileStores(DataFormats formats, FileReadOptions options, Consumer<Problem> problems) {
        this.formats = formats;
        this.options = options;
        this.problems = problems;
    }

    /** What files of the formats here can hold. */
    public static Capabilities capabilities() {
        return FileStore.CAPABILITIES;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        return FileStore.open(Path.of(address.path()), formats, options, problems);
    }
}
