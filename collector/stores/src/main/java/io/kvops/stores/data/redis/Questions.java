package io.kvops.stores.data.redis;

import io.kvops.stores.StoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection for questions, which is made when there is one, and anew after it broke. Any thread; one asks at a time. */
final class Questions implements AutoCloseable {
    private final Server server;
    private @Nullable RespConnection connection;

    Questions(Server server) {
        this.server = server;
    }

    /** Who is asked. */
    interface Server {
        RespConnection connect() throws StoreException;
    }

    /** Sends commands and reads all of their answers, or the first that is an error. */
    interface Question<T> {
        T ask(RespConnection to) throws IOException, StoreException, ErrorReply;
    }

    /** Asks; where a connection of before turns out to be broken, once more on a new one. So a question may be asked twice. */
    synchronized <T> T ask(Question<T> question) throws StoreException {
        RespConnection to = connection;
        boolean before = to != null;
        if (to == null) {
            to = server.connect();
            connection = to;
        }
        boolean answered = false;
        try {
            T answer = question.ask(to);
            answered = true;
            return answer;
        } catch (ErrorReply e) {
            StoreException refused = to.refused(e);
            // who does not serve now may be another one next time
            answered = refused.kind() != StoreException.Kind.UNREACHABLE;
            throw refused;
        } catch (IOException e) {
            if (!before) {
                throw to.broken(e);
            }
        } finally {
            if (!answered) {
                connection = null;
                to.close();
            }
        }
        return ask(question);
    }

    @Override
    public synchronized void close() throws StoreException {
        RespConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
