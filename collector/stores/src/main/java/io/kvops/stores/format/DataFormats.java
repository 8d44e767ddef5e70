package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** The formats of files there are, and files of them. Immutable; any thread. */
public final class DataFormats {
    private static final String DEFAULT = "jsonl";
    private static final int BUFFER_BYTES = 64 << 10;

    private final Map<String, DataFormat> byName = new LinkedHashMap<>();

    private DataFormats(List<DataFormat> formats) {
        for (DataFormat format : formats) {
            add(format.name(), format);
        }
        for (DataFormat format : formats) {
            format.extensions().stream().filter(e -> !e.equals(format.name())).forEach(e -> add(e, format));
        }
    }

    private void add(String name, DataFormat format) {
        DataFormat other = byName.putIfAbsent(name, format);
        if (other != null) {
            throw new IllegalArgumentException("format " + name + ": served by "
                    + other.getClass().getName() + " and " + format.getClass().getName()
                    + " (expected one; remove one of the jars)");
        }
    }

    /** All that the class path has. */
    public static DataFormats load() {
        List<DataFormat> found = new ArrayList<>();
        ServiceLoader.load(DataFormat.class, DataFormats.class.getClassLoader()).forEach(found::add);
        return new DataFormats(found);
    }

    /** These alone. */
    public static DataFormats of(List<DataFormat> formats) {
        return new DataFormats(List.copyOf(formats));
    }

    /** The names of the formats. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        byName.values().forEach(f -> names.add(f.name()));
        return names;
    }

    /**
     * A format.
     *
     * @param name or an extension
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    public DataFormat named(String name) {
        DataFormat format = byName.get(name.toLowerCase(Locale.ROOT));
        if (format == null) {
            throw new IllegalArgumentException(
                    "format: " + name + " (expected one of " + String.join(", ", names()) + ")");
        }
        return format;
    }

    /** The format that a file's name asks for, whatever compression it asks for beside. */
    public Optional<DataFormat> ofFileName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        String packed = Compression.ofName(name).extension();
        name = name.substring(0, name.length() - packed.length());
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.ofNullable(byName.get(name.substring(dot + 1)));
    }

    /** Whether an address names a file of records: its name ends as that of a format. */
    public boolean isFile(String fileName) {
        return ofFileName(fileName).isPresent();
    }

    /**
     * Opens a file to be read. Its content decides what it is, not its name.
     *
     * @throws StoreException if it can't be read, or is of no known format
     */
    public DataFileReader open(Path file, FileReadOptions options) throws StoreException {
        String name = file.toString();
        InputStream in;
        try {
            if (Files.isDirectory(file)) {
                throw new StoreException(Kind.CONFIGURATION, name + ": is a folder; give the name of a file");
            }
            in = Files.newInputStream(file);
        } catch (IOException e) {
            throw FileFailure.reading(name, e);
        }
        return read(in, name, options);
    }

    /**
     * Reads a stream, as {@link #open} a file.
     *
     * @param in closed with the reader, or if this fails
     * @param name for messages
     */
    public DataFileReader read(InputStream in, String name, FileReadOptions options) throws StoreException {
        try {
            return reader(in, name, options);
        } catch (StoreException | RuntimeException e) {
            closeAfter(in, e);
            throw e;
        } catch (DamagedException e) {
            closeAfter(in, e);
            throw new StoreException(Kind.DAMAGED, name + ": " + e.getMessage() + "; use a sound copy", e);
        } catch (IOException e) {
            closeAfter(in, e);
            throw FileFailure.reading(name, e);
        }
    }

    private static void closeAfter(InputStream in, Exception failure) {
        try {
            in.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private DataFileReader reader(InputStream in, String name, FileReadOptions options)
            throws StoreException, IOException {
        BufferedInputStream raw = new BufferedInputStream(in, BUFFER_BYTES);
        raw.mark(Compression.MAGIC_BYTES);
        Compression compression = Compression.of(raw.readNBytes(Compression.MAGIC_BYTES));
        raw.reset();
        InputStream content = PackedInput.unpack(raw, compression, options.limits());
        byte[] head = content.readNBytes(DataFormat.HEAD_BYTES);
        if (head.length == 0) {
            throw new StoreException(
                    Kind.DAMAGED,
                    name + ": is empty: a file without records has a beginning and an end; write it again");
        }
        DataFormat format = detect(head, name);
        int mark = Heads.bomLength(head);
        InputStream all = new SequenceInputStream(new ByteArrayInputStream(head, mark, head.length - mark), content);
        return new DataFileReader(format, compression, format.reader(all, name, options));
    }

    private DataFormat detect(byte[] head, String name) throws StoreException {
        DataFormat maybe = null;
        for (DataFormat format : byName.values()) {
            switch (format.match(head)) {
                case YES -> {
                    return format;
                }
                case MAYBE -> maybe = maybe == null ? format : maybe;
                case NO -> {}
            }
        }
        if (maybe == null) {
            throw new StoreException(
                    Kind.DAMAGED,
                    name + ": its first bytes are those of no format that is known here (" + String.join(", ", names())
                            + "); use a sound copy, or add the format's plugin");
        }
        return maybe;
    }

    /**
     * Begins to write a file, under its name with {@code .partial} behind: it gets its name, in place of a file that had
     * it, once it is whole.
     *
     * @throws IllegalArgumentException if the options name no format, or a level that the compression has not
     * @throws StoreException if it can't be written, or is being written already
     */
    public DataFileWriter create(Path file, FileWriteOptions options) throws StoreException {
        return DataFileWriter.create(file, format(file, options), packing(file, options));
    }

    /**
     * Goes on with a file whose writer was closed, or whose process ended, before it was whole.
     *
     * @param checkpoint that the writer told; what was written behind it is cut off
     * @throws StoreException of kind DAMAGED if the partial file is not what it was then, else as {@link #create}
     */
    public DataFileWriter resume(Path file, String checkpoint) throws StoreException {
        return DataFileWriter.resume(file, FileCheckpoint.parse(file.toString(), checkpoint), this);
    }

    /**
     * The file that a writer had told this checkpoint of, and then finished, with no record behind it.
     *
     * @return empty if the file is not that one
     */
    public Optional<DataFile> finished(Path file, String checkpoint) throws StoreException {
        FileCheckpoint from = FileCheckpoint.parse(file.toString(), checkpoint);
        try {
            if (Files.exists(FileBytes.partial(file))
                    || !Files.isRegularFile(file)
                    || Files.size(file) < from.bytes()) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                Crc crc = new Crc();
                if (crc.updateFrom(in, from.bytes()) < from.bytes() || crc.value() != from.crc32c()) {
                    return Optional.empty();
                }
                long bytes = from.bytes() + crc.updateFrom(in, Long.MAX_VALUE);
                return Optional.of(new DataFile(
                        String.valueOf(file.getFileName()),
                        from.format(),
                        from.packing().compression(),
                        from.records(),
                        bytes,
                        crc.value()));
            }
        } catch (IOException e) {
            throw FileFailure.reading(file.toString(), e);
        }
    }

    /**
     * Removes what a writer that did not finish left of a file. The file of that name is not touched.
     *
     * @return whether there was something
     * @throws StoreException if it is being written
     */
    public boolean discard(Path file) throws StoreException {
        return FileBytes.discard(file);
    }

    private DataFormat format(Path file, FileWriteOptions options) {
        return options.format()
                .map(this::named)
                .or(() -> ofFileName(file.toString()))
                .orElseGet(() -> named(DEFAULT));
    }

    private static PackOptions packing(Path file, FileWriteOptions options) {
        return new PackOptions(
                options.compression().orElseGet(() -> Compression.ofName(file.toString())), options.level());
    }
}
