package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.Set;

/**
 * A format of files with records: found by {@link java.util.ServiceLoader} (a public class with a public constructor without
 * arguments, named in {@code META-INF/services/io.kvops.stores.format.DataFormat}). Used by several threads.
 */
public interface DataFormat {
    /** As many bytes of a file as {@link #match} is given, or all of a shorter one. */
    int HEAD_BYTES = 4 << 10;

    /** Its name in options and messages, lower case, as {@code jsonl}. */
    String name();

    /** What names of such files end with, without the dot, lower case; the first one is used for new files. */
    Set<String> extensions();

    /**
     * Whether a file is of this format, by its content.
     *
     * @param head the file's first bytes, unpacked, at most {@link #HEAD_BYTES}
     */
    Match match(byte[] head);

    /** Whether it packs its own blocks, so that the file as a whole is not packed. */
    default boolean packsBlocks() {
        return false;
    }

    /**
     * Writes a new file.
     *
     * @param out takes the file's bytes, from the first; closed with the writer
     * @param name of the file, for messages
     * @param blocks how its blocks are packed; {@link PackOptions#NONE} unless it {@link #packsBlocks}
     */
    FormatWriter writer(OutputStream out, String name, PackOptions blocks) throws IOException;

    /**
     * Goes on with a file that was written up to a {@link FormatWriter#checkpoint}.
     *
     * @param out takes the bytes behind those
     * @throws StoreException of kind UNSUPPORTED if the format can't, of kind NONSENSE if the checkpoint makes no sense to it
     */
    default FormatWriter resume(OutputStream out, String name, PackOptions blocks, String checkpoint)
            throws StoreException, IOException {
        throw new StoreException(
                StoreException.Kind.UNSUPPORTED,
                name + ": the format " + name() + " can't go on with a file that was begun; write it again");
    }

    /**
     * Reads a file from its beginning.
     *
     * @param in gives the file's bytes, unpacked; an IOException of it means that the file can't be read or unpacked; closed
     *     with the reader
     * @param name of the file, for messages
     */
    FormatReader reader(InputStream in, String name, FileReadOptions options);

    /**
     * Where in a file, which is not packed as a whole, reading may begin.
     *
     * @param file left open
     * @throws StoreException of kind DAMAGED if the file does not say so as it should
     */
    default FileIndex index(SeekableByteChannel file, String name) throws StoreException, IOException {
        return FileIndex.NONE;
    }

    /**
     * Reads a part of a file, from a place that its {@link #index} has.
     *
     * @param in gives the file's bytes from there on; closed with the reader
     * @param until the place of the index where the next part begins, or the index's end
     */
    default FormatReader reader(
            InputStream in, FileIndex.Place from, FileIndex.Place until, String name, FileReadOptions options) {
        throw new IllegalStateException(name() + " has no index");
    }

    /** How sure it is. */
    enum Match {
        NO,
        /** It could be, if no other format knows better. */
        MAYBE,
        YES
    }
}
