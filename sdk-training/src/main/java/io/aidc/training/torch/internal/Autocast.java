package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Runs forward passes in mixed precision. */
record Autocast(Device device, Precision precision) {
    /** What is computed comes out in float32. */
    Tensor run(Supplier<Tensor> pass) {
        if (precision == Precision.FLOAT32) {
            return pass.get();
        }
        torch.DeviceType type = device.kind() == Device.Kind.CPU ? torch.DeviceType.CPU : torch.DeviceType.CUDA;
        torch.set_autocast_dtype(
                type, precision == Precision.BF16_MIXED ? torch.ScalarType.BFloat16 : torch.ScalarType.Half);
        torch.set_autocast_enabled(type, true);
        try {
            return pass.get().to(torch.ScalarType.Float);
        } finally {
            torch.set_autocast_enabled(type, false);
            torch.clear_cache();
        }
    }
}
