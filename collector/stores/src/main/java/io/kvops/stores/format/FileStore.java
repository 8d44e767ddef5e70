package io.kvops.stores.format;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file, or those of a manifest. A part is {@code file:from-until}: numbers of a file, and of records in it. */
final class FileStore implements DataStore {
    static final Capabilities CAPABILITIES = new Capabilities(
            EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE)),
            true,
            1,
            true,
            Set.of("db", "flags", "lease", "version"),
            false,
            Integer.MAX_VALUE - 64,
            Long.MAX_VALUE,
            "",
            0,
            Capabilities.Changes.COMPARE,
            true,
            true,
            false);
    private static final Pattern PART = Pattern.compile("(\\d{1,6}):(\\d{1,18})-(\\d{1,18})?");
    private static final long UNKNOWN = -1;

    private final String name;
    private final DataFormats formats;
    private final FileReadOptions options;
    private final Consumer<Problem> problems;
    private final List<Part> parts;

    /**
     * A file of the store.
     *
     * @param records as the manifest or the file itself says, -1 if neither does
     */
    private record Part(Path file, long records, DataFormat format, FileIndex index) {}

    private FileStore(
            String name, DataFormats formats, FileReadOptions options, Consumer<Problem> problems, List<Part> parts) {
        this.name = name;
        this.formats = formats;
        this.options = options;
        this.problems = problems;
        this.parts = parts;
    }

    static FileStore open(Path file, DataFormats formats, FileReadOptions options, Consumer<Problem> problems)
            throws StoreException {
        List<Part> parts = new ArrayList<>();
        Path manifest = Files.exists(file) ? file : Manifest.path(file);
        if (!isManifest(manifest)) {
            checkWhole(file);
            parts.add(part(file, UNKNOWN, formats, options));
        } else {
            for (DataFile part : Manifest.read(manifest).parts()) {
                Path of = manifest.resolveSibling(part.name());
                checkLength(of, part.bytes(), options);
                parts.add(part(of, part.records(), formats, options));
            }
        }
        return new FileStore(file.toString(), formats, options, problems, parts);
    }

    private static void checkWhole(Path file) throws StoreException {
        Path first = Manifest.part(file, 1);
        boolean begun =
                Files.exists(FileBytes.partial(file)) || Files.exists(first) || Files.exists(FileBytes.partial(first));
        if (begun && !Files.exists(file)) {
            throw new StoreException(
                    Kind.CONFIGURATION,
                    file + ": was begun and is not whole; go on with its export (kvops tasks list), or export again");
        }
    }

    private static boolean isManifest(Path file) throws StoreException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            String head = new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
            return head.replaceAll("\\s", "").startsWith("{\"kvops\":\"manifest\"");
        } catch (IOException e) {
            throw FileFailure.reading(file.toString(), e);
        }
    }

    private static void checkLength(Path file, long expected, FileReadOptions options) throws StoreException {
        try {
            long length = Files.size(file);
            if (length != expected && options.damage() == FileReadOptions.Damage.FAIL) {
                throw new StoreException(
                        Kind.DAMAGED,
                        file + ": has " + length + " bytes, not " + expected
                                + " as its manifest says; use a sound copy");
            }
        } catch (IOException e) {
            throw FileFailure.reading(file.toString(), e);
        }
    }

    private static Part part(Path file, long records, DataFormats formats, FileReadOptions options)
            throws StoreException {
        DataFormat format;
        boolean packed;
        try (DataFileReader reader = formats.open(file, options)) {
            format = reader.format();
            packed = reader.compression() != Compression.NONE;
        }
        FileIndex index = FileIndex.NONE;
        if (!packed && options.damage() == FileReadOptions.Damage.FAIL) {
            try (SeekableByteChannel channel = FileChannel.open(file)) {
                index = format.index(channel, file.toString());
            } catch (IOException e) {
                throw FileFailure.reading(file.toString(), e);
            }
        }
        return new Part(
                file, records < 0 && !index.places().isEmpty() ? index.end().record() : records, format, index);
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of("file");
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public DataSize size() throws StoreException {
        long records = 0;
        long bytes = 0;
        for (Part part : parts) {
            records = records < 0 || part.records() < 0 ? UNKNOWN : records + part.records();
            try {
                bytes += Files.size(part.file());
            } catch (IOException e) {
                throw FileFailure.reading(part.file().toString(), e);
            }
        }
        return new DataSize(records, bytes, records >= 0);
    }

    @Override
    public List<ScanPart> split(int wanted) {
        List<ScanPart> found = new ArrayList<>();
        int each = Math.max(1, wanted / parts.size());
        for (int i = 0; i < parts.size(); i++) {
            List<Long> starts = starts(parts.get(i).index(), each);
            for (int s = 0; s < starts.size(); s++) {
                found.add(scanPart(i, starts.get(s), s + 1 < starts.size() ? starts.get(s + 1) : Long.MAX_VALUE));
            }
        }
        return found;
    }

    private static ScanPart scanPart(int file, long from, long until) {
        return new ScanPart(file + ":" + from + "-" + (until == Long.MAX_VALUE ? "" : until));
    }

    /** Numbers of records at which parts of about the same size begin, the first 0. */
    private static List<Long> starts(FileIndex index, int wanted) {
        List<Long> starts = new ArrayList<>();
        starts.add(0L);
        List<FileIndex.Place> places = index.places();
        for (int i = 1; i < places.size() && starts.size() < wanted; i++) {
            long first = places.get(0).offset();
            long share = Math.max(1, (index.end().offset() - first) / wanted);
            boolean far = (places.get(i).offset() - first) / share >= starts.size();
            if (far && places.get(i).record() > starts.get(starts.size() - 1)) {
                starts.add(places.get(i).record());
            }
        }
        return starts;
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions read) throws StoreException {
        Matcher matcher = PART.matcher(part.text());
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= parts.size()) {
            throw new IllegalArgumentException("part: " + part.text() + " (expected one of this file)");
        }
        int number = Integer.parseInt(matcher.group(1));
        long from = Long.parseLong(matcher.group(2));
        long until = matcher.group(3) == null ? Long.MAX_VALUE : Long.parseLong(matcher.group(3));
        Part file = parts.get(number);
        if (file.index().places().isEmpty()) {
            DataFileReader whole = formats.open(file.file(), options);
            long expected = options.damage() == FileReadOptions.Damage.FAIL ? file.records() : UNKNOWN;
            FileScan.Source source = new FileScan.Source(whole::next, whole::problems, whole::close);
            return new FileScan(source, new FileScan.Range(number, expected, 0, from, until), read, problems);
        }
        FileIndex.Place place = file.index().before(from);
        FormatReader within = within(file, place, file.index().after(until));
        FileScan.Source source = new FileScan.Source(within::next, within::problems, () -> close(within, file.file()));
        FileScan.Range range = new FileScan.Range(number, file.index().end().record(), place.record(), from, until);
        return new FileScan(source, range, read, problems);
    }

    private FormatReader within(Part file, FileIndex.Place from, FileIndex.Place until) throws StoreException {
        try {
            FileChannel channel = FileChannel.open(file.file());
            channel.position(from.offset());
            return file.format()
                    .reader(
                            Channels.newInputStream(channel),
                            from,
                            until,
                            file.file().toString(),
                            options);
        } catch (IOException e) {
            throw FileFailure.reading(file.file().toString(), e);
        }
    }

    private static void close(FormatReader reader, Path file) throws StoreException {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileFailure.reading(file.toString(), e);
        }
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions read) throws StoreException {
        throw unsupported("can't be asked for the records of some keys; import it into a store, or mem:name, first");
    }

    @Override
    public boolean readsByKey() {
        return false;
    }

    @Override
    public RecordWriter writer(WriteOptions write) throws StoreException {
        throw unsupported("is not written as a store; export to it");
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        throw unsupported("is not changed; export to another file, and leave out what is not wanted");
    }

    private StoreException unsupported(String what) {
        return new StoreException(Kind.UNSUPPORTED, name + ": a file " + what);
    }

    @Override
    public void close() {}
}
