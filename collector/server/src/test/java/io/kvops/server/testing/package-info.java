/** What several tests of the server share. */
package io.kvops.server.testing;
