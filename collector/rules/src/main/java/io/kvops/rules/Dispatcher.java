package io.kvops.rules;

import io.kvops.rules.Alert.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Puts alerts together and decides when somebody is told, as Alertmanager does (https://prometheus.io/docs/alerting/latest/alertmanager/): a
 * group's first message after group_wait; then each group_interval, if there is something new, or something resolved that was
 * told; the same again after repeat_interval. What was told and resolves is told whatever mutes it. Guarded by its owner.
 */
final class Dispatcher {
    /** Groups; alerts of more are counted, and told once there is room. */
    static final int MAX_GROUPS = 10_000;

    private static final Duration OWN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration OWN_REPEAT = Duration.ofMinutes(1);

    /** Sends a group's message, and calls back. */
    interface Sender {
        void send(Group group, Notification notification);
    }

    private final Sender sender;
    private final AtomicLong refused;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Silence> silences = new LinkedHashMap<>();
    private RuleFile file;

    Dispatcher(RuleFile file, Sender sender, AtomicLong refused) {
        this.file = file;
        this.sender = sender;
        this.refused = refused;
    }

    Map<String, Silence> silences() {
        return silences;
    }

    Collection<Group> groups() {
        return groups.values();
    }

    /** Other routes: groups of receivers that are still there go on with what they were told. */
    void use(RuleFile changed) {
        file = changed;
        groups.values()
                .removeIf(group -> changed.receivers().stream()
                        .noneMatch(receiver -> receiver.name().equals(group.receiver)));
        groups.values().forEach(group -> group.alerts.clear());
    }

    /** What fires, and what did. */
    void take(Collection<Alert> alerts, Instant at) {
        for (Alert alert : alerts) {
            if (alert.state() != State.PENDING) {
                route(alert, at);
            }
        }
    }

    private void route(Alert alert, Instant at) {
        for (int i = 0; i < file.routes().size(); i++) {
            Route route = file.routes().get(i);
            if (!Matcher.all(route.match(), alert.labels())) {
                continue;
            }
            for (String receiver : route.receivers()) {
                put(alert, i, route, receiver, at);
            }
            if (!route.goesOn()) {
                return;
            }
        }
    }

    private void put(Alert alert, int index, Route written, String receiver, Instant at) {
        Route route = groupsItself(receiver) ? ownRoute(written) : written;
        Labels labels = route.group(alert.labels());
        String key = index + " " + receiver + " " + labels;
        Group group = groups.get(key);
        if (group == null) {
            if (alert.state() != State.FIRING) {
                return;
            }
            if (groups.size() >= MAX_GROUPS) {
                refused.incrementAndGet();
                return;
            }
            Instant first = alert.firedAt() == null ? at : alert.firedAt().plus(route.groupWait());
            group = new Group(key, receiver, labels, route, first.isBefore(at) ? at : at.plus(route.groupWait()));
            groups.put(key, group);
        }
        group.route = route;
        if (alert.state() == State.FIRING
                || group.alerts.containsKey(alert.labels())
                || group.told.containsKey(alert.labels())) {
            group.alerts.put(alert.labels(), alert);
        }
    }

    private boolean groupsItself(String receiver) {
        return file.receivers().stream()
                .anyMatch(settings -> settings.name().equals(receiver)
                        && Notifiers.type(settings).groupsItself());
    }

    private static Route ownRoute(Route route) {
        return new Route(
                route.match(),
                route.receivers(),
                List.of(),
                Duration.ZERO,
                OWN_INTERVAL,
                OWN_REPEAT,
                route.mute(),
                route.goesOn());
    }

    /** Groups whose time has come. {@code alerts}: all there are, since any may mute another. */
    void flush(Collection<Alert> alerts, Instant at) {
        silences.values()
                .removeIf(silence -> silence.ends().plus(Duration.ofDays(5)).isBefore(at));
        Map<String, Level> highest = new HashMap<>();
        List<Alert> firing = new ArrayList<>();
        for (Alert alert : alerts) {
            if (alert.state() == State.FIRING) {
                firing.add(alert);
                highest.merge(family(alert), alert.level(), (a, b) -> a.compareTo(b) < 0 ? b : a);
            }
        }
        Iterator<Group> all = groups.values().iterator();
        while (all.hasNext()) {
            Group group = all.next();
            if (group.next.isAfter(at)) {
                continue;
            }
            while (!group.next.isAfter(at)) {
                group.next = group.next.plus(group.route.groupInterval());
            }
            flush(group, firing, highest, at);
            if (group.alerts.isEmpty() && group.told.isEmpty() && !group.inFlight) {
                all.remove();
            }
        }
    }

    static String family(Alert alert) {
        return alert.family() + ' ' + alert.series();
    }

    private void flush(Group group, List<Alert> all, Map<String, Level> highest, Instant at) {
        if (group.inFlight
                || group.route.mute().stream().anyMatch(name -> file.calendar().holds(name, at))) {
            return;
        }
        List<Alert> firing = new ArrayList<>();
        List<Alert> resolved = new ArrayList<>();
        for (Alert alert : group.alerts.values()) {
            if (alert.state() == State.FIRING
                    && mutedBy(alert, all, highest, at).isEmpty()) {
                firing.add(alert);
            }
        }
        group.told.forEach((labels, told) -> {
            Alert now = group.alerts.get(labels);
            if (now == null || now.state() != State.FIRING) {
                resolved.add(now == null ? told : now);
            }
        });
        group.alerts
                .values()
                .removeIf(alert -> alert.state() != State.FIRING && !group.told.containsKey(alert.labels()));
        boolean news = firing.stream().anyMatch(alert -> !group.told.containsKey(alert.labels()));
        boolean repeats = !firing.isEmpty()
                && group.toldAt != null
                && group.toldAt.plus(group.route.repeatInterval()).isBefore(at);
        if (news || !resolved.isEmpty() || repeats) {
            firing.sort(Comparator.comparing(Alert::level).reversed().thenComparing(Alert::labels));
            group.inFlight = true;
            sender.send(group, new Notification(group.receiver, at, group.labels, firing, resolved, false));
        }
    }

    /** The message arrived. */
    void told(Group group, Notification notification) {
        group.inFlight = false;
        group.toldAt = notification.at();
        notification.resolved().forEach(alert -> {
            group.told.remove(alert.labels());
            Alert now = group.alerts.get(alert.labels());
            if (now != null && now.state() != State.FIRING) {
                group.alerts.remove(alert.labels());
            }
        });
        notification.firing().forEach(alert -> group.told.put(alert.labels(), alert));
    }

    /** Why an alert is not told now: silence ID, family, inhibited by NAME; empty if it is. */
    String mutedBy(Alert alert, Collection<Alert> firing, Map<String, Level> highest, Instant at) {
        if (highest.getOrDefault(family(alert), alert.level()).compareTo(alert.level()) > 0) {
            return "family";
        }
        for (Silence silence : silences.values()) {
            if (silence.mutes(alert.labels(), at)) {
                return "silence " + silence.id();
            }
        }
        for (Inhibition inhibition : file.inhibitions()) {
            for (Alert source : firing) {
                if (inhibition.mutes(source.labels(), alert.labels())) {
                    return "inhibited by " + source.rule();
                }
            }
        }
        return "";
    }
}
