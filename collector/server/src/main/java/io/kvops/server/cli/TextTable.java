package io.kvops.server.cli;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An aligned table of text: numbers to the right, the rest to the left, two blanks between. */
final class TextTable {
    private static final int WIDEST = 200;

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    /** @param titles of the columns; one that begins with {@code >} is aligned to the right */
    TextTable(String... titles) {
        right = new boolean[titles.length];
        String[] shown = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            shown[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
        rows.add(shown);
    }

    void row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> cut(plain(String.valueOf(cell))))
                .toArray(String[]::new));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** Lines without trailing blanks. */
    String render() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - width(row[i]));
                line.append(right[i] ? pad + row[i] : row[i] + pad).append("  ");
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    /** What a terminal shows as it is: no control characters, and none that its character set lacks. */
    static String plain(String text) {
        CharsetEncoder encoder = Charset.defaultCharset().newEncoder();
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\u202f') {
                plain.append(' ');
            } else if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.LINE_SEPARATOR) {
                plain.append('?');
            } else if (encoder.canEncode(Character.toString(c))) {
                plain.appendCodePoint(c);
            } else {
                plain.append(c == 'µ' ? "u" : c == '→' ? "->" : c == '–' || c == '−' ? "-" : "?");
            }
        });
        return plain.toString();
    }

    private static String cut(String text) {
        return width(text) <= WIDEST ? text : text.substring(0, text.offsetByCodePoints(0, WIDEST - 3)) + "...";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
