package io.kvops.server.http;

import io.kvops.server.security.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked.
 *
 * @param method GET (answers HEAD as well), POST, PUT, PATCH or DELETE
 * @param path exact, or with one {@code {name}} as its last part or the one before
 * @param role who may; null: everybody
 * @param place where it is computed
 * @param params names of the parameters it knows
 * @param answers types it can answer with, the preferred one first; empty: it has no body
 * @param takes types of bodies it takes; empty: it takes none
 * @param handler computes the answer
 */
record Route(
        String method,
        String path,
        @Nullable Role role,
        Place place,
        List<String> params,
        List<String> answers,
        List<String> takes,
        Handler handler) {

    /** Where an answer is computed. */
    enum Place {
        /** At once, on the event loop: takes microseconds and waits for nothing. */
        LOOP,
        /** On a worker for what takes milliseconds. */
        QUICK,
        /** On a worker for what may take seconds. */
        LONG
    }

    /** Computes an answer. */
    interface Handler {
        Answer answer(Ask ask) throws Exception;
    }

    static Route get(String path, @Nullable Role role, Place place, List<String> params, Handler handler) {
        return new Route("GET", path, role, place, params, List.of(Answer.JSON), List.of(), handler);
    }

    static Route post(String path, @Nullable Role role, Place place, List<String> takes, Handler handler) {
        return new Route("POST", path, role, place, List.of(), List.of(Answer.JSON), takes, handler);
    }

    Route answering(String... types) {
        return new Route(method, path, role, place, params, List.of(types), takes, handler);
    }

    Route taking(List<String> names) {
        return new Route(method, path, role, place, names, answers, takes, handler);
    }

    boolean changes() {
        return !method.equals("GET");
    }
}
