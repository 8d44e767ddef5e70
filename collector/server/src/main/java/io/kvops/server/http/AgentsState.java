package io.kvops.server.http;

import java.util.List;

/**
 * How far agents are with what they were told.
 *
 * @param version the version of the configuration that they are told
 * @param connected agents that are connected now and can be told
 * @param confirmed of them: how many have confirmed this version
 * @param problems what agents could not apply, one line each, the first hundred
 */
public record AgentsState(long version, int connected, int confirmed, List<String> problems) {
    public AgentsState {
        problems = List.copyOf(problems);
    }
}
