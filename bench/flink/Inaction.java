import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/**
 * "Did A, and neither A again nor B within X", by Apache Flink's means: a keyed function with
 * event-time timers, in a local MiniCluster.
 *
 * <p>Reads lines of "user TAB kind TAB milliseconds" in the order of their arrival, plays the job
 * some rounds over in one virtual machine, writes "user TAB milliseconds" for each that fired, and
 * prints for each round the seconds that it took, its start and end included, and how many seconds
 * processors worked for it.
 */
public final class Inaction {

    /** An event; public and with plain fields, which is what Flink serializes fastest. */
    public static final class Event {
        public int user;
        public boolean begins;
        public long time;

        static Event of(String line) {
            int first = line.indexOf('\t');
            Event event = new Event();
            event.user = Integer.parseInt(line, 0, first, 10);
            event.begins = line.charAt(first + 1) == 'A';
            event.time = Long.parseLong(line, first + 3, line.length(), 10);
            return event;
        }
    }

    /**
     * Keeps a user's events of the last X by their times. Each A has a timer at the end of its
     * wait; the watermark says that nothing from before is under way any more when it fires.
     */
    static final class Waits extends KeyedProcessFunction<Integer, Event, String> {
        private static final byte BEGINS = 1;
        private static final byte CLEARS = 2;
        private final long within;
        private transient MapState<Long, Byte> kinds;

        Waits(long within) {
            this.within = within;
        }

        @Override
        public void open(OpenContext context) {
            kinds = getRuntimeContext()
                    .getMapState(new MapStateDescriptor<>("kinds", Types.LONG, Types.BYTE));
        }

        @Override
        public void processElement(Event event, Context context, Collector<String> out)
                throws Exception {
            Byte before = kinds.get(event.time);
            byte kind = event.begins ? BEGINS : CLEARS;
            kinds.put(event.time, (byte) (before == null ? kind : before | kind));
            if (event.begins) {
                context.timerService().registerEventTimeTimer(event.time + within);
            }
        }

        @Override
        public void onTimer(long until, OnTimerContext context, Collector<String> out)
                throws Exception {
            long since = until - within;
            boolean fires = true;
            Iterator<Map.Entry<Long, Byte>> all = kinds.iterator();
            while (all.hasNext()) {
                Map.Entry<Long, Byte> one = all.next();
                long time = one.getKey();
                if (time < since) {
                    all.remove(); // no wait that is still to end began before it
                } else if (time <= until) {
                    boolean clears = (one.getValue() & CLEARS) != 0;
                    fires &= !clears && (time == since || (one.getValue() & BEGINS) == 0);
                }
            }
            if (fires) {
                out.collect(context.getCurrentKey() + "\t" + until);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        Path stream = Path.of(args[0]);
        Path fired = Path.of(args[1]);
        long within = Long.parseLong(args[2]);
        long disorder = Long.parseLong(args[3]);
        String backend = args[4];
        long checkpointEvery = Long.parseLong(args[5]);
        int parallelism = Integer.parseInt(args[6]);
        int rounds = Integer.parseInt(args[7]);
        Path checkpoints = Path.of(args[8]);
        Set<String> first = null;
        for (int round = 0; round < rounds; round++) {
            long began = System.nanoTime();
            long busy = processor();
            List<String> found =
                    play(
                            stream,
                            within,
                            disorder,
                            backend,
                            checkpointEvery,
                            parallelism,
                            checkpoints);
            System.out.println(
                    (System.nanoTime() - began) / 1e9 + " " + (processor() - busy) / 1e9);
            Set<String> now = new HashSet<>(found);
            if (now.size() != found.size() || (first != null && !first.equals(now))) {
                throw new IllegalStateException("a wait fired twice, or two rounds differ");
            }
            first = now;
        }
        Files.write(fired, first, StandardCharsets.UTF_8);
    }

    /** Returns the nanoseconds that processors worked for this virtual machine. */
    private static long processor() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static List<String> play(
            Path stream,
            long within,
            long disorder,
            String backend,
            long checkpointEvery,
            int parallelism,
            Path checkpoints)
            throws Exception {
        Configuration settings = new Configuration();
        settings.set(StateBackendOptions.STATE_BACKEND, backend);
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        LocalStreamEnvironment env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
        env.getConfig().enableObjectReuse();
        if (checkpointEvery > 0) {
            env.enableCheckpointing(checkpointEvery);
        }
        FileSource<String> source = FileSource.forRecordStreamFormat(
                        new TextLineInputFormat(),
                        new org.apache.flink.core.fs.Path(stream.toUri()))
                .build();
        WatermarkStrategy<Event> times = WatermarkStrategy
                .<Event>forBoundedOutOfOrderness(Duration.ofMillis(disorder))
                .withTimestampAssigner((event, ignored) -> event.time);
        List<String> found = new ArrayList<>();
        try (CloseableIterator<String> all = env
                .fromSource(source, WatermarkStrategy.noWatermarks(), "events")
                .setParallelism(1) // the file is one split, in the order of arrival
                .map(Event::of)
                .setParallelism(1)
                .assignTimestampsAndWatermarks(times)
                .setParallelism(1)
                .keyBy(event -> event.user)
                .process(new Waits(within))
                .executeAndCollect()) {
            all.forEachRemaining(found::add);
        }
        return found;
    }
}
