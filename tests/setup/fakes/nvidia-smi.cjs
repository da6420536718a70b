console.log("GPU 0: Fake (UUID: GPU-0)");
