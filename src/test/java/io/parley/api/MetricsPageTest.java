package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {
    private final PageFixture fixture = new PageFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void answersOnAnyPath() {
        fixture.serve(new MetricsPage(() -> "a 1\n", "", "")::mount);

        for (String path : new String[] {"/", "/metrics", "/some/where"}) {
            var response = fixture.get(path);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a 1\n");
            assertThat(response.headers().firstValue("content-type"))
                    .contains("text/plain; version=0.0.4; charset=utf-8");
        }
    }

    @Test
    void asksForUserAndPasswordIfBothAreSet() {
        fixture.serve(new MetricsPage(() -> "a 1\n", "ops", "secret")::mount);

        assertThat(fixture.get("/").statusCode()).isEqualTo(401);
        assertThat(fixture.get("/").headers().firstValue("www-authenticate"))
                .contains("Basic realm=\"Protected Area\"");
        assertThat(fixture.get("/", "ops:wrong").statusCode()).isEqualTo(401);
        assertThat(fixture.get("/", "ops:secret").body()).isEqualTo("a 1\n");
    }

    @Test
    void asksForNothingIfOnlyOneIsSet() {
        fixture.serve(new MetricsPage(() -> "a 1\n", "ops", "")::mount);

        assertThat(fixture.get("/").statusCode()).isEqualTo(200);
    }
}
