package io.kvops.stores.prometheus;

import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.StoreProbe;
import io.kvops.stores.http.HttpStore;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes an endpoint, {@code http://host:9100/metrics}; {@code #metrics=node_*,process_*} behind it takes those names alone.
 * Buckets and quantiles are left out: their sums and counts are kept.
 */
public final class PrometheusProbe implements StoreProbe {
    private @Nullable HttpClient client;

    @Override
    public Set<String> schemes() {
        return Set.of("http", "https");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        return new Scrape(address, context, HttpStore.of(address, client(), context.timeout()));
    }

    /** Made with the first target: it has a thread. */
    private synchronized HttpClient client() {
        HttpClient known = client;
        if (known == null) {
            known = HttpStore.shared();
            client = known;
        }
        return known;
    }

    private static final class Scrape implements StoreConnection {
        private final StoreAddress address;
        private final ProbeContext context;
        private final HttpStore store;
        private final List<Pattern> wanted;

        private Scrape(StoreAddress address, ProbeContext context, HttpStore store) {
            this.address = address;
            this.context = context;
            this.store = store;
            this.wanted = Arrays.stream(
                            address.options().getOrDefault("metrics", "*").split(",", -1))
                    .map(glob -> Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q")))
                    .toList();
        }

        @Override
        public void measure(Reading into) throws StoreException {
            Deadline deadline = context.deadline();
            String path = address.path().isEmpty() ? "/metrics" : address.path();
            String answer = store.get(path, headers(), deadline);
            PrometheusText text = PrometheusText.parse(answer);
            boolean page = answer.stripLeading().startsWith("<");
            if (text.samples().isEmpty() || page) {
                throw new StoreException(
                        Kind.NONSENSE,
                        address + " answers " + (page ? "a page, and " : "")
                                + "no metrics in Prometheus' text format; check the path");
            }
            for (PrometheusText.Sample sample : text.samples()) {
                if (wanted(sample)) {
                    into.put(name(sample, text), sample.value());
                }
            }
            if (text.bad() > 0) {
                into.missing("lines", text.bad() + " can't be read");
            }
            if (text.skipped() > 0) {
                into.missing("samples", text.skipped() + " beyond " + PrometheusText.MAX_SAMPLES);
            }
            List<PrometheusText.Sample> began = text.samples().stream()
                    .filter(sample -> sample.name().equals("process_start_time_seconds"))
                    .toList();
            // what gathers several processes is none of them
            into.run(began.size() == 1 ? Double.toString(began.get(0).value()) : "", Double.NaN);
        }

        private boolean wanted(PrometheusText.Sample sample) {
            boolean part = (sample.name().endsWith("_bucket") && sample.labels().containsKey("le"))
                    || sample.labels().containsKey("quantile");
            return !part
                    && wanted.stream().anyMatch(p -> p.matcher(sample.name()).matches());
        }

        private static String name(PrometheusText.Sample sample, PrometheusText text) {
            String name = sample.name();
            String family = name.replaceAll("_(sum|count)$", "");
            String type = text.type(family);
            boolean inFamily = !family.equals(name) && (type.equals("histogram") || type.equals("summary"));
            boolean counter = inFamily || text.type(name).equals("counter");
            return GaugeNames.of(name, counter, sample.labels());
        }

        private Map<String, String> headers() throws StoreException {
            if (address.password().isEmpty()) {
                return Map.of();
            }
            String login = address.user() + ":" + address.password().get().resolve();
            return Map.of(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public StoreDescription describe() throws StoreException {
            store.get(address.path().isEmpty() ? "/metrics" : address.path(), headers(), context.deadline());
            return StoreDescription.of("prometheus");
        }
    }
}
