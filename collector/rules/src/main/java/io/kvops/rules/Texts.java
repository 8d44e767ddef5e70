package io.kvops.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in words: a title, and a line for each alert. Both are templates: of the title, {@code status firing resolved group}; of the
 * line, {@code status name level value summary since}, {@code labels.NAME}, {@code annotations.NAME}.
 */
final class Texts {
    private static final int MAX_LINES = 50;
    private static final String TITLE = "[{{ status }}: {{ firing }} firing, {{ resolved }} resolved] {{ group }}";
    private static final String LINE =
            "{{ status }} {{ level }} {{ name }}: {{ summary }} {{ labels }} since {{ since }}";
    private static final List<String> OF_TITLE = List.of("status", "firing", "resolved", "group", "receiver");
    private static final List<String> OF_LINE =
            List.of("status", "name", "level", "value", "summary", "labels", "since");

    private final Template title;
    private final Template line;

    private Texts(Template title, Template line) {
        this.title = title;
        this.line = line;
    }

    static Texts of(NotifierSettings settings) {
        return new Texts(
                Template.parse(settings.text("title", TITLE), OF_TITLE::contains),
                Template.parse(
                        settings.text("line", LINE),
                        name -> OF_LINE.contains(name)
                                || name.startsWith("labels.")
                                || name.startsWith("annotations.")));
    }

    String title(Notification notification) {
        String text = title.fill(name -> switch (name) {
            case "status" -> notification.isTest() ? "test" : notification.status();
            case "firing" -> (double) notification.firing().size();
            case "resolved" -> (double) notification.resolved().size();
            case "receiver" -> notification.receiver();
            default ->
                notification.group().asMap().isEmpty()
                        ? "alerts"
                        : String.join(" ", notification.group().asMap().values());
        });
        return text.replaceAll("\\s*\\R\\s*", " ");
    }

    String body(Notification notification) {
        List<String> lines = new ArrayList<>();
        notification.firing().forEach(alert -> lines.add(line(alert, "firing", notification.at())));
        notification.resolved().forEach(alert -> lines.add(line(alert, "resolved", notification.at())));
        int more = lines.size() - MAX_LINES;
        List<String> shown = more > 0 ? new ArrayList<>(lines.subList(0, MAX_LINES)) : lines;
        if (more > 0) {
            shown.add("and " + more + " more");
        }
        return String.join("\n", shown) + "\n";
    }

    private String line(Alert alert, String status, Instant at) {
        return line.fill(name -> switch (name) {
            case "status" -> status;
            case "name" -> alert.rule();
            case "level" -> alert.level().text();
            case "value" -> alert.value();
            case "labels" -> alert.series().toString();
            case "summary" -> summary(alert);
            case "since" -> Durations.text(Duration.between(alert.activeAt(), at));
            default ->
                name.startsWith("labels.")
                        ? alert.labels().get(name.substring("labels.".length()))
                        : alert.annotations().getOrDefault(name.substring("annotations.".length()), "");
        });
    }

    static String summary(Alert alert) {
        return alert.annotations().getOrDefault("summary", alert.annotations().getOrDefault("description", ""));
    }
}
