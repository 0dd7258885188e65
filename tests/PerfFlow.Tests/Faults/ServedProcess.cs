using System.Diagnostics;
using System.Globalization;
using PerfFlow.Platform.Http;
using PerfFlow.Tests.Servers;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// The built executable as a process of its own, served under a supervisor that starts it again when it ends, as the units
/// in <c>deploy/</c> ask systemd to. Ending by itself once it was ready is a defect and is kept in <see cref="Ended"/>.
/// </summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private readonly string roles;
    private readonly string data;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly string folder = Directory.CreateTempSubdirectory("perfflow-served-").FullName;
    private readonly CancellationTokenSource disposing = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly List<string> ended = [];
    private readonly Task watch;
    private SupervisedProcess process;
    private int id;
    private bool wasReady;

    public ServedProcess(string roles, int port, string data, IReadOnlyDictionary<string, string> environment)
    {
        (this.roles, this.data, this.environment, Address) = (roles, data, environment, new Uri($"http://127.0.0.1:{port}"));
        process = Launch();
        watch = WatchAsync(disposing.Token);
    }

    public string Name => roles;

    public Uri Address { get; }

    /// <summary>What it wrote last before it ended without having been killed.</summary>
    public IReadOnlyList<string> Ended => ended;

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(folder, "output.log");

    /// <summary>Whether it answers and reaches its database and the bus.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Address, "/health/ready"));
            wasReady |= answer.IsSuccessStatusCode;
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>kill -9 of the process alone; its children are left to notice. Stays down until <see cref="RestartAsync"/>.</summary>
    public async Task KillAsync()
    {
        await turn.WaitAsync();
        Kill(id);
        wasReady = false;
    }

    public async Task RestartAsync()
    {
        await process.KillAsync();
        process = Launch();
        turn.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await disposing.CancelAsync();
        await watch;
        await process.DisposeAsync();
        probe.Dispose();
        turn.Dispose();
        disposing.Dispose();
    }

    /// <summary>As the signal 9, to a process that may be gone.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var victim = Process.GetProcessById(id);
            victim.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It was faster.
        }
    }

    private SupervisedProcess Launch()
    {
        var started = SupervisedProcess.Start(
            folder, "dotnet", [typeof(PlatformHost).Assembly.Location, "serve", "--roles", roles, "--port", Address.Port.ToString(CultureInfo.InvariantCulture), "--data", data], environment);
        id = started.ServerId();
        return started;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, ct);
                await turn.WaitAsync(ct);
                if (!Directory.Exists($"/proc/{id}"))
                {
                    if (wasReady)
                    {
                        ended.Add(process.Output);
                    }

                    await process.KillAsync();
                    process = Launch();
                    wasReady = false;
                }

                turn.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
