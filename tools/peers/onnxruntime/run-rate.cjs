// run-rate.cjs MODEL: how often the model runs on 150 rows of 4 numbers in a second of processor time, by ONNX Runtime's own binding for Node. Prints one number.
const { InferenceSession, Tensor } = require('onnxruntime-node');

(async () => {
    const session = await InferenceSession.create(process.argv[2], { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const batch = new Tensor('float32', Float32Array.from({ length: 600 }, (_, i) => (i % 17) / 3), [150, 4]);
    let best = 0;
    for (let round = 0; round < 4; round++) {
        const started = process.cpuUsage();
        let count = 0;
        let spent = 0;
        while (spent < 500000) {
            for (let i = 0; i < 500; i++) await session.run({ float_input: batch });
            count += 500;
            const used = process.cpuUsage(started);
            spent = used.user + used.system;
        }
        best = Math.max(best, count / (spent / 1e6));
    }
    console.log(best.toFixed(0));
})();
