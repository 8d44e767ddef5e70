package io.kvops.server.http;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A part of a long list: the window that the first part was asked for, and where this one begins. A cursor carries both, so
 * that a window that ends now stays the same on all pages.
 *
 * @param window what the whole list is about
 * @param offset entries before this page
 * @param limit entries of this page at most
 */
record Page(Window window, int offset, int limit) {
    static final List<String> PARAMS = List.of("last", "from", "to", "limit", "cursor");
    private static final int MOST = 1_000;
    private static final int FURTHEST = 100_000;

    static Page of(Params params, Instant now, String lastByDefault) throws BadRequest {
        int limit = params.integer("limit", 100, 1, MOST);
        String cursor = params.get("cursor");
        if (cursor == null) {
            return new Page(params.window(now, lastByDefault), 0, limit);
        }
        if (params.has("last") || params.has("from") || params.has("to")) {
            throw new BadRequest(400, "cursor goes without last, from and to: it has the window of the first page");
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split(" ", 4);
            Instant from = Instant.ofEpochMilli(Long.parseLong(parts[0]));
            Instant to = Instant.ofEpochMilli(Long.parseLong(parts[1]));
            int offset = Integer.parseInt(parts[2]);
            boolean possible = !from.isBefore(Instant.EPOCH) && from.isBefore(to) && !to.isAfter(Params.LATEST);
            if (parts.length == 3 && possible && offset >= 0 && offset <= FURTHEST) {
                return new Page(new Window(from, to), offset, limit);
            }
        } catch (RuntimeException e) {
            // as one that says nothing
        }
        throw new BadRequest(400, "cursor: not one that came as next of a page before");
    }

    /** How many entries of the list are to be fetched, so that this page and the begin of the next are among them. */
    int fetch() {
        return offset + limit + 1;
    }

    /** The entries of this page. */
    <T> Part<T> of(List<T> fetched) {
        return of(fetched, entry -> true);
    }

    /** The entries of this page that somebody may see; there may be fewer than the limit, with more on the next page. */
    <T> Part<T> of(List<T> fetched, Predicate<T> shown) {
        int end = Math.min(offset + limit, fetched.size());
        List<T> entries = new ArrayList<>();
        for (int i = offset; i < end; i++) {
            if (shown.test(fetched.get(i))) {
                entries.add(fetched.get(i));
            }
        }
        String next = fetched.size() > end && end < FURTHEST ? cursor(end) : null;
        return new Part<>(entries, next);
    }

    private String cursor(int end) {
        String text = window.fromMillis() + " " + window.toMillis() + " " + end;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * What is shown of a list.
     *
     * @param next cursor of the next part; null: this was the last
     */
    record Part<T>(List<T> entries, @Nullable String next) {}

    /** The window as answers show it. */
    record Shown(Instant from, Instant to) {}

    Shown shown() {
        return new Shown(window.from(), window.to());
    }
}
