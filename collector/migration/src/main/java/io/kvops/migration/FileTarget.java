package io.kvops.migration;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.format.DataFile;
import io.kvops.stores.format.DataFormats;
import io.kvops.stores.format.FileStores;
import io.kvops.stores.format.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes one file, or several side by side and then their manifest. Each part of the copy is a file. */
final class FileTarget implements CopyTarget {
    /** Each flush goes to the disk, and ends a frame of the compression. */
    private static final long FLUSH_NANOS = 1_000_000_000L;

    private final Path file;
    private final DataFormats formats;
    private final FileOptions options;

    private FileTarget(Path file, DataFormats formats, FileOptions options) {
        this.file = file;
        this.formats = formats;
        this.options = options;
    }

    /** Looks whether the file could be written; writes nothing. */
    static FileTarget open(Path file, DataFormats formats, FileOptions options) throws StoreException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new StoreException(Kind.CONFIGURATION, file + ": is a folder; give the name of a file");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StoreException(Kind.CONFIGURATION, file + ": there is no folder " + folder + "; make it first");
        }
        if (!Files.isWritable(folder)) {
            throw new StoreException(Kind.REFUSED, folder + ": this user may not write there; choose another folder");
        }
        if (options.parts() > 1 && Files.exists(file)) {
            throw new StoreException(
                    Kind.CONFIGURATION,
                    file
                            + ": is there already, and would hide a set of parts of that name; remove it, or give another");
        }
        if (!options.format().isEmpty()) {
            formats.named(options.format());
        }
        return new FileTarget(file, formats, options);
    }

    @Override
    public Capabilities capabilities() {
        return FileStores.capabilities();
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of(
                options.format().isEmpty()
                        ? formats.ofFileName(file.toString())
                                .map(format -> format.name())
                                .orElse("jsonl")
                        : options.format());
    }

    @Override
    public DataSize size() throws StoreException {
        try {
            return Files.exists(file) ? new DataSize(-1, Files.size(file), false) : new DataSize(0, 0, true);
        } catch (IOException e) {
            throw new StoreException(Kind.UNREACHABLE, file + ": can't be looked at: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> warnings(DataSize source) {
        List<String> warnings = new ArrayList<>();
        for (Path there : List.of(file, Manifest.path(file))) {
            if (Files.exists(there)) {
                warnings.add(there + " is there, and is replaced once the new one is whole");
            }
        }
        try {
            long room = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
            if (source.bytes() > room) {
                warnings.add("the source takes " + source.bytes() + " bytes, and the file's disk has " + room
                        + " left; choose another, or pack the file (--compress zstd)");
            }
        } catch (IOException | SecurityException e) {
            warnings.add("how much room the file's disk has can't be told: " + e.getMessage());
        }
        return warnings;
    }

    @Override
    public List<String> parts(DataStore source) throws StoreException {
        List<String> parts = SourceReader.split(source, options.parts());
        return parts.isEmpty() ? List.of("") : parts;
    }

    /** Only time counts. */
    @Override
    public int batch() {
        return Integer.MAX_VALUE;
    }

    @Override
    public long flushNanos() {
        return FLUSH_NANOS;
    }

    private boolean isSet() {
        return options.parts() > 1;
    }

    private Path path(int index) {
        return isSet() ? Manifest.part(file, index + 1) : file;
    }

    @Override
    public PartWriter writer(int index, PartState state, boolean again, Revisit revisit) throws StoreException {
        Path path = path(index);
        if (state.kept().isEmpty()) {
            return new FilePartWriter(this, formats.create(path, options.toWrite()));
        }
        if (state.rest().isEmpty()) {
            Optional<DataFile> finished = formats.finished(path, state.kept());
            if (finished.isPresent()) {
                return new FinishedPart(finished.get());
            }
        }
        return new FilePartWriter(this, formats.resume(path, state.kept()));
    }

    /** An older set of that name is none any more as soon as one of its parts is replaced. */
    void beforePublishing() throws StoreException {
        if (isSet()) {
            delete(Manifest.path(file));
        }
    }

    @Override
    public void finish(List<PartState> parts) throws StoreException {
        if (!isSet()) {
            return;
        }
        List<DataFile> files = new ArrayList<>();
        for (PartState part : parts) {
            files.add(FileText.decode(part.kept()));
        }
        new Manifest(files).write(file);
        boolean older = true;
        for (int i = parts.size(); older; i++) {
            older = delete(path(i));
        }
    }

    private static boolean delete(Path path) throws StoreException {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new StoreException(Kind.REFUSED, path + ": can't be removed: " + e.getMessage() + "; remove it", e);
        }
    }

    /**
     * Removes what a copy that is not whole left.
     *
     * @param parts as far as they got; empty if none had begun
     * @return what is left, one line
     */
    String cancelled(List<PartState> parts) throws StoreException {
        for (int i = 0; i < Math.max(1, parts.size()); i++) {
            formats.discard(path(i));
            if (isSet() && i < parts.size() && parts.get(i).done()) {
                delete(path(i));
            }
        }
        if (isSet()) {
            return file + ": what was written of its parts is removed; the source is untouched";
        }
        return file + (Files.exists(file) ? " is what it was before the task" : " is not there")
                + ", what was written of the new one is removed; the source is untouched";
    }

    @Override
    public void close() {}
}
