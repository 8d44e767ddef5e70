package io.kvops.stores.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreEvent.Severity;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.http.HttpStore;
import io.kvops.stores.prometheus.PrometheusText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One member: its status, its alarms, its metrics. The first must be there, the others may be missing. */
final class EtcdConnection implements StoreConnection {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StoreAddress address;
    private final ProbeContext context;
    private final HttpStore store;
    private final Set<String> alarms = new HashSet<>();
    private Map<String, String> login = Map.of();

    EtcdConnection(StoreAddress address, ProbeContext context, HttpStore store) {
        this.address = address;
        this.context = context;
        this.store = store;
    }

    @Override
    public void measure(Reading into) throws StoreException {
        Deadline deadline = context.deadline();
        JsonNode status = status(deadline);
        into.role(role(status));
        into.put("storage.used.bytes", number(status, "dbSize"));
        into.put("etcd.storage.in.use.bytes", number(status, "dbSizeInUse"));
        into.put("etcd.revision.count.total", number(status.path("header"), "revision"));
        into.put("etcd.raft.index.count.total", number(status, "raftIndex"));
        into.put("etcd.raft.term.count.total", number(status, "raftTerm"));
        into.put("etcd.raft.unapplied.count", number(status, "raftIndex") - number(status, "raftAppliedIndex"));
        part("metrics", into, () -> metrics(status, into, deadline));
        alarms(status, into);
    }

    private JsonNode status(Deadline deadline) throws StoreException {
        if (address.password().isPresent() && login.isEmpty()) {
            String request = JSON.createObjectNode()
                    .put("name", address.user())
                    .put("password", address.password().get().resolve())
                    .toString();
            login = Map.of(
                    "Authorization",
                    json("/v3/auth/authenticate", request, deadline)
                            .path("token")
                            .asText());
        }
        JsonNode status = json("/v3/maintenance/status", "{}", deadline);
        if (!status.has("version") || !status.has("header")) {
            throw new StoreException(Kind.NONSENSE, address + " is no etcd: its status has no version");
        }
        return status;
    }

    private void metrics(JsonNode status, Reading into, Deadline deadline) throws StoreException {
        PrometheusText metrics = PrometheusText.parse(store.get("/metrics", login, deadline));
        EtcdGauges.put(metrics, into);
        double began = metrics.sum("process_start_time_seconds");
        into.put("uptime.seconds", context.clock().millis() / 1e3 - began);
        into.run(status.path("header").path("member_id").asText() + "@" + began, Double.NaN);
    }

    /** Each alarm is told when it comes up. The status has them too; to ask for them would be a proposal to raft. */
    private void alarms(JsonNode status, Reading into) {
        Set<String> now = new HashSet<>();
        for (JsonNode alarm : status.path("errors")) {
            if (now.size() < 100) {
                now.add(alarm.asText());
            }
        }
        into.put("etcd.alarms.count", now.size());
        for (String alarm : now) {
            if (alarms.add(alarm)) {
                into.event(new StoreEvent(
                        context.clock().instant(),
                        StoreEvent.Type.ADVICE,
                        Severity.CRITICAL,
                        "etcd raises the alarm " + alarm,
                        Map.of("alarm", alarm)));
            }
        }
        alarms.retainAll(now);
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Deadline deadline = context.deadline();
        JsonNode status = status(deadline);
        JsonNode members = json("/v3/cluster/member/list", "{}", deadline).path("members");
        Map<String, String> details = new HashMap<>();
        for (JsonNode member : members) {
            if (details.size() < 100) {
                details.put(
                        "member." + member.path("name").asText(),
                        member.path("clientURLs").toString());
            }
        }
        Map<String, Double> limits = new HashMap<>();
        double quota =
                PrometheusText.parse(store.get("/metrics", login, deadline)).sum("etcd_server_quota_backend_bytes");
        if (quota > 0) {
            limits.put("storage.limit.bytes", quota);
        }
        return new StoreDescription(
                "etcd",
                "etcd",
                status.path("version").asText(),
                role(status),
                members.size() > 1 ? "cluster" : "standalone",
                limits,
                details);
    }

    private static String role(JsonNode status) {
        if (status.path("isLearner").asBoolean()) {
            return "learner";
        }
        String me = status.path("header").path("member_id").asText();
        return me.equals(status.path("leader").asText()) ? "leader" : "follower";
    }

    private JsonNode json(String path, String request, Deadline deadline) throws StoreException {
        String answer = store.post(path, login, request, deadline);
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new StoreException(Kind.NONSENSE, address + path + " answers no JSON: is it an etcd?", e);
        }
    }

    /** 64-bit numbers come as text. */
    private static double number(JsonNode node, String field) {
        return node.path(field).asDouble(Double.NaN);
    }

    private static void part(String name, Reading into, Part part) throws StoreException {
        try {
            part.run();
        } catch (StoreException e) {
            if (e.kind() == Kind.UNREACHABLE) {
                throw e;
            }
            into.missing(name, String.valueOf(e.getMessage()));
        }
    }

    private interface Part {
        void run() throws StoreException;
    }
}
