package io.kvops.stores.format;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * Opens a file of records, or a manifest and its parts, as a store that is read: what it is, is told by its content. Files
 * are written by {@link DataFormats#create}.
 */
public final class FileStores implements DataStoreProvider {
    private final DataFormats formats;
    private final FileReadOptions options;

    /** For the formats of the class path, failing at damage. */
    public FileStores() {
        this(DataFormats.load(), FileReadOptions.strict());
    }

    public FileStores(DataFormats formats, FileReadOptions options) {
        this.formats = formats;
        this.options = options;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        return FileStore.open(Path.of(address.path()), formats, options);
    }
}
