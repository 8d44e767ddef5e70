import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Probes;
import io.kvops.agent.boot.Recorder;
import io.kvops.op.CommandTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Takes the place of the agent's recorder in a scenario's JVM and writes down each operation by itself. */
final class Witness extends Recorder {
    private static final String[] OUTCOMES = {"OK", "MISS", "ERROR", "TIMEOUT", "CANCELLED"};

    private final List<String> endpoints = new ArrayList<>();
    private final PrintWriter out;
    private String step = "start";

    private Witness(PrintWriter out) {
        this.out = out;
    }

    /** Call it when the library's first class is loaded: that is when the agent installs its own. */
    static Witness install() throws IOException {
        String file = System.getProperty("it.out");
        if (file == null) {
            return new Witness(null); // the agent's own recorder is to be seen at work
        }
        Witness witness = new Witness(new PrintWriter(file, "UTF-8"));
        witness.endpoints.add("?");
        Probes.install(witness);
        return witness;
    }

    /** What follows belongs to this step of the scenario. */
    synchronized void step(String name) {
        step = name;
    }

    void finish() {
        if (out != null) {
            Probes.install(null);
            out.println("finished");
            out.close();
        }
    }

    @Override
    public synchronized int endpoint(String store, String where) {
        String name = store + "://" + where;
        int known = endpoints.indexOf(name);
        if (known < 0) {
            endpoints.add(name);
            known = endpoints.size() - 1;
        }
        return known;
    }

    @Override
    public int keyIndex(Object command) {
        return CommandTable.keyIndex(text(command));
    }

    @Override
    public synchronized void record(Op op, long latencyNanos) {
        String key = op.key == null ? "-" : text(op.key);
        if (op.keyLength >= 0) {
            key = key.substring(op.keyOffset, op.keyOffset + op.keyLength);
        }
        for (int i = 0; i < op.count; i++) {
            out.println(String.join(
                    "\t",
                    step,
                    op.command == null ? "-" : text(op.command),
                    key,
                    endpoints.get(op.endpoint),
                    op.internal ? "internal" : "application",
                    op.outcome == Op.ERROR ? "ERROR:" + op.error : OUTCOMES[op.outcome],
                    String.valueOf(op.bytesIn),
                    String.valueOf(op.bytesOut),
                    String.valueOf(latencyNanos)));
        }
    }

    @Override
    public synchronized void suppressed(Throwable failure) {
        out.println("suppressed\t" + failure + " at " + java.util.Arrays.toString(failure.getStackTrace()));
    }

    private static String text(Object o) {
        return o instanceof byte[] ? new String((byte[]) o, java.nio.charset.StandardCharsets.UTF_8) : o.toString();
    }
}
