using System.Diagnostics;
using System.Globalization;
using PerfFlow.Platform.Http;
using PerfFlow.ServiceDefaults.Faults;
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
    private readonly Dictionary<string, string> lines = new(StringComparer.Ordinal);
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
    private int killed;

    /// <param name="name">For the output of the test, where several processes have the same roles.</param>
    /// <param name="script">Lines that are armed before it starts, as <see cref="Arm"/> takes them.</param>
    public ServedProcess(string name, string roles, int port, string data, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> script)
    {
        (Name, this.roles, this.data, Address) = (name, roles, data, new Uri($"http://127.0.0.1:{port}"));
        this.environment = new Dictionary<string, string>(environment, StringComparer.Ordinal) { [FaultScript.Variable] = ScriptFile };
        foreach (var line in script)
        {
            lines[line.Split(' ')[0]] = line;
        }

        WriteScript();
        process = Launch();
        watch = WatchAsync(disposing.Token);
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>What it wrote last before it ended without having been killed.</summary>
    public IReadOnlyList<string> Ended => ended;

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(folder, "output.log");

    private string ScriptFile => Path.Combine(folder, "faults");

    /// <summary>Arms a line of a <see cref="FaultScript"/>, or puts it in the place of the one with the same first word.</summary>
    public void Arm(string line)
    {
        lock (lines)
        {
            lines[line.Split(' ')[0]] = line;
            WriteScript();
        }
    }

    /// <summary>Takes lines back by their first word, <c>clock</c> among them.</summary>
    public void Disarm(string name)
    {
        lock (lines)
        {
            lines.Remove(name);
            WriteScript();
        }
    }

    /// <summary>The lines that have struck, as <c>name act point</c>.</summary>
    public IReadOnlyList<string> Struck() => File.Exists(FaultScript.StruckFile(ScriptFile)) ? File.ReadAllLines(FaultScript.StruckFile(ScriptFile)) : [];

    public bool HasStruck(string name) => Struck().Any(s => s.StartsWith(name + " ", StringComparison.Ordinal));

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

    // In one step: the process must never read half of it.
    private void WriteScript()
    {
        File.WriteAllText(ScriptFile + ".new", FaultScript.Text(data, lines.Values));
        File.Move(ScriptFile + ".new", ScriptFile, overwrite: true);
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
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
                await turn.WaitAsync(ct);
                if (!Directory.Exists($"/proc/{id}"))
                {
                    var kills = Struck().Count(s => s.Contains(" kill ", StringComparison.Ordinal));
                    var byScript = kills > killed;
                    killed = kills;
                    if (wasReady && !byScript)
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
