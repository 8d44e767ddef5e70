package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a snapshot that a server sent to its replica says of the log that follows. Any thread. */
public final class ReplicaSnapshot {
    private static final int AUX = 0xfa;
    private static final String STREAM_DB = "repl-stream-db";

    private ReplicaSnapshot() {}

    /**
     * The database that the first change of the log is of. A master says it once more in the log itself; a replica, which passes on
     * what its own master sent, does not.
     *
     * @return -1 if the snapshot does not say it
     */
    public static int logDatabase(Path snapshot) throws StoreException {
        try (InputStream from = Files.newInputStream(snapshot)) {
            RdbInput in = new RdbInput(from, 0, Files.size(snapshot));
            in.skip(RdbStore.HEADER_BYTES);
            while (in.one() == AUX) {
                boolean wanted = in.string(new Slice()).toText().equals(STREAM_DB);
                Slice value = in.string(new Slice());
                if (wanted) {
                    return Integer.parseInt(value.toText());
                }
            }
            return -1;
        } catch (IOException | UncheckedIOException e) {
            throw new StoreException(Kind.UNREACHABLE, snapshot + " can't be read: " + e.getMessage(), e);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new StoreException(
                    Kind.DAMAGED, snapshot + " is no snapshot as servers send it (" + e.getMessage() + ")", e);
        }
    }
}
