package io.kvops.server.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The live page's files, out of the program's own jar. Each is read once and kept; names that are not there are not
 * remembered, so what is kept is bounded by what the jar holds.
 */
final class StaticFiles {
    private static final String FOLDER = "/io/kvops/server/web";
    private static final Pattern NAME = Pattern.compile("(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}){1,4}");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");

    private final Map<String, StaticFile> files = new ConcurrentHashMap<>();

    private record StaticFile(Buffer content, String type, String tag) {}

    boolean serves(String path) {
        return find(nameOf(path)).isPresent();
    }

    /** The file, or that it has not changed. */
    Answer answer(String path, @Nullable String ifNoneMatch) {
        StaticFile file = find(nameOf(path)).orElseThrow();
        boolean same = Replies.matches(ifNoneMatch, file.tag());
        return new Answer(
                same ? 304 : 200, file.type(), same ? Buffer.buffer() : file.content(), Map.of("ETag", file.tag()));
    }

    private static String nameOf(String path) {
        return path.equals("/") ? "/index.html" : path;
    }

    private Optional<StaticFile> find(String path) {
        StaticFile known = files.get(path);
        if (known != null) {
            return Optional.of(known);
        }
        if (!NAME.matcher(path).matches()) {
            return Optional.empty();
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null) {
            return Optional.empty();
        }
        try (InputStream in = StaticFiles.class.getResourceAsStream(FOLDER + path)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] content = in.readAllBytes();
            CRC32C sum = new CRC32C();
            sum.update(content);
            StaticFile file = new StaticFile(
                    Buffer.buffer(content),
                    type,
                    "\"" + Long.toHexString(sum.getValue()) + "-" + content.length + "\"");
            files.put(path, file);
            return Optional.of(file);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
