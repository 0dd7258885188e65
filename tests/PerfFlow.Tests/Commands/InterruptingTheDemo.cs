using System.Diagnostics;
using System.Globalization;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Http;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Commands;

/// <summary>Ctrl+C while the year is still being played: it is not played to the end first.</summary>
public sealed class InterruptingTheDemo : IAsyncLifetime
{
    // A shell gives a process in the background an interrupt that it ignores.
    private const string Script = """
        env --default-signal=INT dotnet "$0" demo qingtian --port "$1" --data "$2" &
        echo $! >pid
        wait $!
        echo $? >code.new
        mv code.new code
        """;

    private readonly string data = Directory.CreateTempSubdirectory("perfflow-interrupted-").FullName;
    private readonly string folder = Directory.CreateTempSubdirectory("perfflow-demo-").FullName;
    private SupervisedProcess end = null!;

    public ValueTask InitializeAsync()
    {
        // Started by root, the server runs as another user, who has to come through.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(data, (UnixFileMode)Convert.ToInt32("711", 8));
        }

        end = SupervisedProcess.RemoveClusterAtEnd(data);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => end.DisposeAsync();

    [Fact]
    public async Task CtrlC_EndsItWith130_AndNoServerIsLeft()
    {
        var port = Waiting.FreePorts(1)[0].ToString(CultureInfo.InvariantCulture);
        await using var demo = SupervisedProcess.Start(folder, "bash", ["-c", Script, typeof(PlatformHost).Assembly.Location, port, data]);
        var code = Path.Combine(folder, "code");
        // Nothing but the play makes a region; it has several minutes of a slow machine's time before it.
        await Waiting.UntilAsync(() => demo.Output.Contains("Demo: ", StringComparison.Ordinal) || File.Exists(code), "the play has begun", TimeSpan.FromMinutes(3));
        Assert.False(File.Exists(code), demo.Output);

        using (var interrupt = Process.Start("kill", ["-INT", (await File.ReadAllTextAsync(Path.Combine(folder, "pid"), TestContext.Current.CancellationToken)).Trim()]))
        {
            await interrupt.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Waiting.UntilAsync(() => File.Exists(code), $"it ends; it wrote {demo.Output}");
        Assert.Equal("130", (await File.ReadAllTextAsync(code, TestContext.Current.CancellationToken)).Trim());
        await Waiting.UntilAsync(() => !File.Exists(Path.Combine(data, "postgres", "postmaster.pid")) && PrivateClusterFolder.IsFree(Path.Combine(data, "locks", "watcher")), "its server ends with it");
    }
}
