package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoresTest {
    @Test
    void name_ofAServer_tellsHostAndPort() {
        assertThat(Stores.Server.of("tcp:10.0.0.7:29500")).isEqualTo(new Stores.Server("", "10.0.0.7", 29500));
        assertThat(Stores.Server.of("tcp:fd00:0:0:1:0:0:0:7:29500"))
                .isEqualTo(new Stores.Server("", "fd00:0:0:1:0:0:0:7", 29500));
        assertThat(Stores.Server.of("agent:aidc-2:fd00::7:29500"))
                .isEqualTo(new Stores.Server("aidc-2", "fd00::7", 29500));
    }
}
