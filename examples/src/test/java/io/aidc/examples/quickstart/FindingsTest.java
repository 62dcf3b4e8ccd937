package io.aidc.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void json_quotesTextAndLeavesNumbersBare() {
        String json = new Findings()
                .put("rows", 569)
                .put("ok", true)
                .put("text", "a \"b\" \\ \n")
                .json();

        assertThat(json)
                .isEqualTo("{\n  \"rows\": 569,\n  \"ok\": true,\n  \"text\": \"a \\\"b\\\" \\\\ \\u000a\"\n}\n");
    }

    @Test
    void get_ofSomethingUnmeasured_isRefused() {
        assertThatThrownBy(() -> new Findings().get("accuracy"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("accuracy was not measured");
    }

    @Test
    void put_twice_isRefused() {
        Findings findings = new Findings().put("a", 1);

        assertThatThrownBy(() -> findings.put("a", 2)).hasMessage("a was measured twice");
    }
}
