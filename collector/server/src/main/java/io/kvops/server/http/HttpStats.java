package io.kvops.server.http;

import java.util.Map;

/**
 * Numbers of the HTTP door; all but the first three count since its start.
 *
 * @param connections open now
 * @param streams live streams open now
 * @param sessions of browsers that are logged in
 * @param answers by class of the status: 1xx to 5xx
 * @param connectionsRefused closed at once, for all others were being answered
 * @param connectionsEvicted closed while they waited, to make room
 * @param connectionsTimedOut closed because no whole request came in time
 * @param requestsRefused answered 503, for all workers were busy
 * @param requestsLate answered 503, for they took too long
 * @param loginFailures wrong tokens
 * @param skippedEvents live events not sent to clients that did not read
 */
public record HttpStats(
        int connections,
        int streams,
        int sessions,
        Map<String, Long> answers,
        long connectionsRefused,
        long connectionsEvicted,
        long connectionsTimedOut,
        long requestsRefused,
        long requestsLate,
        long loginFailures,
        long skippedEvents) {
    static final HttpStats NONE = new HttpStats(0, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0);

    public HttpStats {
        answers = Map.copyOf(answers);
    }
}
