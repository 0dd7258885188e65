using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Messages;

public sealed class RepeatedWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(typeof(NotSupportedException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task ATurnThatFails_OrIsCutOff_IsFollowedByTheNext_AndTheProcessGoesOn(Type failure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new Stubborn(failure));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Stubborn>());
        using var host = builder.Build();
        await host.StartAsync(Ct);
        var work = host.Services.GetRequiredService<Stubborn>();

        await Waiting.UntilAsync(() => Task.FromResult(work.Done >= 2), () => $"it works again after {work.Failed} failures");

        Assert.Equal(3, work.Failed);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync(Ct);
        Assert.True(work.ExecuteTask!.IsCanceled);
    }

    [Fact]
    public async Task AWake_EndsThePause_AndDuringATurnIsFollowedByOneMore()
    {
        var signal = new WakeSignal();
        using var work = new Patient(signal);
        await work.StartAsync(Ct);
        await Waiting.UntilAsync(() => work.Begun == 1, "the first turn begins at the start");

        // Three during one turn: what they tell of may all have come after it looked.
        signal.Set();
        signal.Set();
        signal.Set();
        work.Gate.SetResult();
        await Waiting.UntilAsync(() => work.Begun == 2, "the wake during the turn is followed by another turn");

        signal.Set();
        await Waiting.UntilAsync(() => work.Begun == 3, "the wake ends the pause");
        await work.StopAsync(Ct);
        Assert.Equal(3, work.Begun);
    }

    [Fact]
    public async Task AfterAWake_ThePauseGoesOnByItsClock()
    {
        var (signal, time) = (new WakeSignal(), new HandTime());
        using var work = new Patient(signal, time);
        work.Gate.SetResult();
        await work.StartAsync(Ct);
        await Waiting.UntilAsync(() => work.Begun == 1, "the first turn begins at the start");
        signal.Set();
        await Waiting.UntilAsync(() => work.Begun == 2, "the wake is followed by a turn");

        time.Tick();
        await Waiting.UntilAsync(() => work.Begun == 3, "the pause ends by the clock that it was given");
        time.Tick();
        await Waiting.UntilAsync(() => work.Begun == 4, "and the one after it");
        await work.StopAsync(Ct);
    }

    /// <summary>Fails three times, with what no list of expected exceptions has.</summary>
    private sealed class Stubborn(Type failure) : RepeatedWork(TimeSpan.FromMilliseconds(1), TimeProvider.System, NullLogger.Instance)
    {
        private int done;

        public int Failed { get; private set; }

        public int Done => Volatile.Read(ref done);

        protected override Task TurnAsync(CancellationToken ct)
        {
            if (Failed < 3)
            {
                Failed++;
                throw (Exception)Activator.CreateInstance(failure)!;
            }

            Interlocked.Increment(ref done);
            return Task.CompletedTask;
        }
    }

    /// <summary>Pauses for an hour; its first turn ends when the gate opens.</summary>
    private sealed class Patient(WakeSignal signal, TimeProvider? time = null) : RepeatedWork(TimeSpan.FromHours(1), time ?? TimeProvider.System, NullLogger.Instance, signal)
    {
        private int begun;

        public int Begun => Volatile.Read(ref begun);

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task TurnAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref begun);
            return Gate.Task;
        }
    }

    /// <summary>Its timers fire when the test says so.</summary>
    private sealed class HandTime : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> timers = [];

        public void Tick() => timers.ForEach(timer => timer.Callback(timer.State));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Add((callback, state));
            return new Handle();
        }

        private sealed class Handle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
