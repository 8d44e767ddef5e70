package io.kvops.stores.format;

import io.kvops.stores.data.RecordType;

/** The kinds of elements. The number of each never changes: files have it. */
enum Kind {
    CHUNK(0, "chunk"),
    FIELD(1, "field"),
    ITEM(2, "item"),
    MEMBER(3, "member"),
    SCORED(4, "scored"),
    ENTRY(5, "entry"),
    STATE(6, "state"),
    GROUP(7, "group"),
    CONSUMER(8, "consumer"),
    PENDING(9, "pending");

    private static final Kind[] ALL = values();

    private final int code;
    private final String label;

    Kind(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** Its number in files, from 0 without gaps. */
    int code() {
        return code;
    }

    /** Its name in files of text. */
    String label() {
        return label;
    }

    /** The one kind of elements that such a value has; ENTRY for a stream, which has others too. */
    static Kind of(RecordType type) {
        return switch (type) {
            case STRING, OPAQUE -> CHUNK;
            case HASH -> FIELD;
            case LIST -> ITEM;
            case SET -> MEMBER;
            case ZSET -> SCORED;
            case STREAM -> ENTRY;
        };
    }

    boolean fits(RecordType type) {
        return type == RecordType.STREAM ? compareTo(ENTRY) >= 0 : this == of(type);
    }

    /** @throws DamagedException if there is none of that number */
    static Kind at(long number) throws DamagedException {
        if (number < 0 || number >= ALL.length) {
            throw new DamagedException("an element of the unknown kind " + number);
        }
        return ALL[(int) number];
    }

    /** @throws DamagedException if there is none of that name */
    static Kind named(String label) throws DamagedException {
        for (Kind kind : ALL) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new DamagedException("an element of an unknown kind");
    }
}
