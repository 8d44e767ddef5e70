package io.kvops.migration.transform;

import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.regex.Pattern;

/**
 * Renames keys: all matches of a regular expression in a key are replaced, with {@code $1} for groups. Keys are taken byte by byte
 * (ISO 8859-1), so that those of any bytes stay what they are; the pattern's text is taken as its UTF-8 bytes.
 */
final class Rename implements TransformProvider {
    @Override
    public String name() {
        return "rename";
    }

    @Override
    public String usage() {
        return "/REGEX/REPLACEMENT/";
    }

    @Override
    public RecordTransform of(String argument) {
        if (argument.length() < 3) {
            throw new IllegalArgumentException("too short");
        }
        String mark = Pattern.quote(argument.substring(0, 1));
        String[] parts = argument.substring(1).split(mark, -1);
        if (parts.length != 3 || parts[0].isEmpty() || !parts[2].isEmpty()) {
            throw new IllegalArgumentException("not two parts between three of the same mark");
        }
        Pattern pattern = Pattern.compile(bytewise(parts[0]));
        String replacement = bytewise(parts[1]);
        pattern.matcher("").replaceAll(replacement); // says so now if the replacement is none
        return new RecordTransform() {
            @Override
            public RecordSink onto(RecordSink next, Clock clock) {
                return new Headers(next, header -> renamed(header, pattern, replacement));
            }

            @Override
            public boolean changesKeys() {
                return true;
            }

            @Override
            public boolean readsValues() {
                return false;
            }
        };
    }

    private static RecordHeader renamed(RecordHeader header, Pattern pattern, String replacement) {
        Slice key = header.key();
        String old = new String(key.array(), key.offset(), key.length(), StandardCharsets.ISO_8859_1);
        String now = pattern.matcher(old).replaceAll(replacement);
        return now.equals(old)
                ? header
                : new RecordHeader(
                        Slice.of(now.getBytes(StandardCharsets.ISO_8859_1)),
                        header.type(),
                        header.expiresAtMillis(),
                        header.metadata());
    }

    private static String bytewise(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
