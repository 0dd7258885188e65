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

    [Fact]
    public async Task ATurnThatFails_IsFollowedByTheNext_AndTheProcessGoesOn()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Stubborn>();
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

    /// <summary>Fails three times, with what no list of expected exceptions has.</summary>
    private sealed class Stubborn() : RepeatedWork(TimeSpan.FromMilliseconds(1), TimeProvider.System, NullLogger.Instance)
    {
        private int done;

        public int Failed { get; private set; }

        public int Done => Volatile.Read(ref done);

        protected override Task TurnAsync(CancellationToken ct)
        {
            if (Failed < 3)
            {
                Failed++;
                throw new NotSupportedException("by the test");
            }

            Interlocked.Increment(ref done);
            return Task.CompletedTask;
        }
    }
}
