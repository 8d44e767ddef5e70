/** What has to hold from end to end, with real processes that are really killed. Long forms with {@code -Pproof}. */
package io.kvops.server.proof;
