package io.kvops.stores.format;

import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One row's fields, which are decoded in place, in the order in which an element has its values. */
final class CsvRow extends Tuple {
    /** The columns that mean something, by their names; others are passed over. */
    enum Column {
        KVOPS_V1(0),
        KEY(1),
        TYPE(2),
        EXPIRES_AT_MILLIS(3),
        METADATA(4),
        ELEMENT(5),
        ID(6),
        NAME(7),
        VALUE(8),
        NUMBER(9),
        NUMBER2(10);

        private final int number;

        Column(int number) {
            this.number = number;
        }
    }

    static final int MAX_COLUMNS = 256;
    private static final String OWN_HEAD = "kvops_v1,";
    private static final Set<Column> OWN = EnumSet.of(Column.METADATA, Column.ELEMENT, Column.ID, Column.NUMBER2);

    private final List<Slice> fields = new ArrayList<>();
    /** Fields whose base64 was decoded, in place. */
    private final boolean[] decoded = new boolean[MAX_COLUMNS];

    private int count;
    private int width;
    private final int[] columns = new int[Column.values().length];
    private final JsonText json = new JsonText();
    private Kind kind = Kind.CHUNK;
    private int names;
    private int numbers;
    private int ids;

    CsvRow() {
        Arrays.fill(columns, -1);
    }

    int count() {
        return count;
    }

    Slice field(int index) {
        return fields.get(index);
    }

    /** Splits the row that stands in an array from an index to another, without its line end. */
    void split(byte[] bytes, int from, int to) throws DamagedException {
        count = 0;
        int at = from;
        while (true) {
            if (count == MAX_COLUMNS) {
                throw new DamagedException("a row of more than " + MAX_COLUMNS + " columns");
            }
            if (count == fields.size()) {
                fields.add(new Slice());
            }
            decoded[count] = false;
            Slice field = fields.get(count++);
            if (at < to && bytes[at] == '"') {
                at = quoted(bytes, at + 1, to, field);
            } else {
                int start = at;
                while (at < to && bytes[at] != ',') {
                    if (bytes[at] == '"') {
                        throw new DamagedException("a quote within a field that does not begin with one");
                    }
                    at++;
                }
                field.set(bytes, start, at - start);
            }
            if (at == to) {
                return;
            }
            if (bytes[at++] != ',') {
                throw new DamagedException("more behind the closing quote of a field");
            }
        }
    }

    private static int quoted(byte[] bytes, int from, int to, Slice field) throws DamagedException {
        int into = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] != '"') {
                bytes[into++] = bytes[i];
            } else if (i + 1 < to && bytes[i + 1] == '"') {
                bytes[into++] = '"';
                i++;
            } else {
                field.set(bytes, from, into - from);
                return i + 1;
            }
        }
        throw new DamagedException("a quoted field that does not end");
    }

    /** Whether the row that was split has a field for each column. */
    boolean isComplete() {
        return count == width;
    }

    /** Takes the row that was split as the names of the columns. */
    void nameColumns() throws DamagedException {
        width = count;
        for (int i = 0; i < count; i++) {
            String name = fields.get(i).toText().strip();
            for (Column column : Column.values()) {
                if (column.name().equalsIgnoreCase(name)) {
                    if (columns[column.number] >= 0) {
                        throw new DamagedException("two columns " + name);
                    }
                    columns[column.number] = i;
                }
            }
        }
        if (!has(Column.KEY) || (!has(Column.VALUE) && !has(Column.NAME))) {
            throw new DamagedException("its first row does not name the columns key and value");
        }
        for (Column column : has(Column.KVOPS_V1) ? EnumSet.allOf(Column.class) : OWN) {
            if (has(column) != has(Column.KVOPS_V1)) {
                throw new DamagedException("its first row names some of the columns of kvops' own files, but not "
                        + (has(column) ? Column.KVOPS_V1 : column).name().toLowerCase(Locale.ROOT)
                        + ": it was changed");
            }
        }
    }

    /** Whether the first row of a file names the columns that there have to be. */
    static DataFormat.Match headMatch(byte[] head) {
        if (Heads.contains(head, OWN_HEAD, 0)) {
            return DataFormat.Match.YES;
        }
        int from = Heads.bomLength(head);
        int to = from;
        while (to < head.length && head[to] != '\n' && head[to] != '\r') {
            to++;
        }
        CsvRow row = new CsvRow();
        try {
            row.split(head.clone(), from, to);
            row.nameColumns();
            return DataFormat.Match.MAYBE;
        } catch (DamagedException e) {
            return DataFormat.Match.NO;
        }
    }

    boolean has(Column column) {
        return columns[column.number] >= 0;
    }

    /** A field's raw content; empty where the file has no such column. */
    String text(Column column) {
        int index = columns[column.number];
        return index < 0 || index >= count ? "" : fields.get(index).toText();
    }

    void bytes(Column column, Slice into) throws DamagedException {
        int index = columns[column.number];
        if (index < 0 || index >= count) {
            into.set(new byte[0], 0, 0);
            return;
        }
        Slice field = fields.get(index);
        byte[] bytes = field.array();
        int from = field.offset();
        int length = field.length();
        if (decoded[index]) {
            into.set(bytes, from, length);
            return;
        }
        decoded[index] = true;
        if (CsvBytes.isMarked(bytes, from, from + length)) {
            int digits = from + CsvBytes.MARK.length;
            into.set(bytes, digits, Base64Bytes.decode(bytes, digits, length - CsvBytes.MARK.length));
        } else if (Utf8.isValid(bytes, from, from + length)) {
            into.set(bytes, from, length);
        } else {
            throw new DamagedException("bytes that are not UTF-8 in a field; they have to be base64:...");
        }
        field.set(into.array(), into.offset(), into.length());
    }

    JsonText json(Column column) {
        int index = columns[column.number];
        if (index < 0 || index >= count) {
            json.set(new byte[0], 0, 0);
        } else {
            json.set(
                    fields.get(index).array(),
                    fields.get(index).offset(),
                    fields.get(index).offset() + fields.get(index).length());
        }
        return json;
    }

    /** The values of an element of that kind are read next. */
    void element(Kind newKind) {
        kind = newKind;
        names = 0;
        numbers = 0;
        ids = 0;
    }

    @Override
    void bytes(Slice into) throws DamagedException {
        boolean named = switch (kind) {
            case FIELD -> names++ == 0;
            case GROUP, CONSUMER, PENDING -> true;
            default -> false;
        };
        bytes(named ? Column.NAME : Column.VALUE, into);
    }

    @Override
    long number() throws DamagedException {
        String digits = text(numbers++ == 0 ? Column.NUMBER : Column.NUMBER2);
        return parse(digits);
    }

    static long parse(String digits) throws DamagedException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new DamagedException("a number that is no integer of 64 bits", e);
        }
    }

    @Override
    double score() throws DamagedException {
        String digits = text(Column.NUMBER);
        boolean number = !digits.isEmpty() && digits.length() < 400;
        for (int i = 0; i < digits.length() && number; i++) {
            number = "0123456789+-.eE".indexOf(digits.charAt(i)) >= 0;
        }
        return number ? Scores.parse(digits) : Scores.named(digits);
    }

    @Override
    StreamId id() throws DamagedException {
        return Scores.id(text(ids++ == 0 ? Column.ID : Column.NAME));
    }

    @Override
    boolean hasMore() {
        return !text(Column.NUMBER).isEmpty();
    }

    @Override
    void list() throws IOException {
        JsonText values = json(Column.VALUE);
        values.stringsInto(this);
        values.expectEnd();
    }
}
