package io.kvops.stores.format;

import java.util.List;

/**
 * Places of a file where reading may begin, ascending.
 *
 * @param places the first is that of the first record; empty if the format has none
 * @param end behind the last record
 */
public record FileIndex(List<Place> places, Place end) {
    /** Of a file that is read from its beginning alone. */
    public static final FileIndex NONE = new FileIndex(List.of(), new Place(0, 0));

    public FileIndex {
        places = List.copyOf(places);
    }

    /** The last place at or before a record, which there has to be. */
    Place before(long record) {
        Place found = places.get(0);
        for (Place place : places) {
            if (place.record() <= record) {
                found = place;
            }
        }
        return found;
    }

    /** The first place at or behind a record. */
    Place after(long record) {
        for (Place place : places) {
            if (place.record() >= record) {
                return place;
            }
        }
        return end;
    }

    /** A record's beginning. */
    public record Place(long offset, long record) {
        public Place {
            if (offset < 0 || record < 0) {
                throw new IllegalArgumentException("place: byte " + offset + ", record " + record + " (expected >= 0)");
            }
        }
    }
}
