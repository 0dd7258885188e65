using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace PerfFlow.Intake.Documents;

/// <summary>How files are read: by which processes, how many, within which bounds.</summary>
public sealed record ParserOptions
{
    /// <summary>
    /// Program and arguments that start a child. Empty: this executable with the verb <see cref="IntakeParser.Verb"/>;
    /// a test host, whose executable is another, names the Platform's.
    /// </summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Children at the same time.</summary>
    public int Processes { get; init; } = 2;

    /// <summary>Files after which a child is replaced, whether it complains or not.</summary>
    public int FilesPerProcess { get; init; } = 200;

    /// <summary>Bytes of managed heap per child; the runtime around it takes about 80 MB more.</summary>
    public long HeapBytes { get; init; } = 160 * 1024 * 1024;

    /// <summary>Time per file, from request to answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time a child may take to start.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>No child could be started: the fault of this installation, not of the file.</summary>
internal sealed class ParserUnavailableException(string message, Exception? inner) : Exception(message, inner);

/// <summary>
/// Children kept warm, so that a file costs milliseconds and not the start of a runtime. A child that failed, hung or
/// served its number of files is killed and replaced; the caller sees a refusal, never an exception of the child.
/// </summary>
internal sealed class ParserPool(ParserOptions options, TimeProvider time, ILogger<ParserPool> log) : IAsyncDisposable
{
    private const int LargestReply = 64 * 1024 * 1024;
    private readonly SemaphoreSlim _free = new(options.Processes);
    private readonly ConcurrentQueue<Child> _idle = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Most memory (bytes) that any child of this pool had resident at the end of a request. Linux only, else 0.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Children started so far.</summary>
    public int Started { get; private set; }

    /// <summary>Starts one child ahead of the first file.</summary>
    public async Task WarmAsync(CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        try
        {
            if (_idle.IsEmpty)
            {
                await KeepAsync(await StartAsync(ct));
            }
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>
    /// Has a child serve the request. Hanging past the deadline is answered as <c>doc.time</c>, dying as
    /// <c>doc.broken</c>. Throws <see cref="ParserUnavailableException"/> when no child can be started at all.
    /// </summary>
    public async Task<ParserReply> AskAsync(ParserRequest request, CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        Child? child = null;
        var keep = false;
        try
        {
            child = Idle() ?? await StartAsync(ct);
            using var deadline = new CancellationTokenSource(options.Deadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
            ParserReply? reply;
            try
            {
                await IntakeParser.WriteAsync(child.Input, request, either.Token);
                reply = await IntakeParser.ReadAsync<ParserReply>(child.Output, LargestReply, either.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                log.LogWarning("A file took longer than {Deadline} to read; its process is ended", options.Deadline);
                return new ParserReply("doc.time", [], "", null);
            }
            catch (Exception e) when (e is IOException or System.Text.Json.JsonException)
            {
                reply = null;
            }

            PeakBytes = Math.Max(PeakBytes, child.ResidentPeak());
            if (reply is null)
            {
                log.LogWarning("A file ended the process that read it");
                return new ParserReply("doc.broken", [], "", null);
            }

            child.Served++;
            keep = !reply.Worn && child.Served < options.FilesPerProcess;
            return reply;
        }
        finally
        {
            if (keep)
            {
                await KeepAsync(child!);
            }
            else if (child is not null)
            {
                await child.DisposeAsync();
            }

            _free.Release();
            if (!keep && child is not null)
            {
                _ = ReplaceAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await DrainAsync();
        _stop.Dispose();
    }

    // A child that became idle while the pool was being emptied is nobody's: whoever brought it empties the pool again.
    private async Task KeepAsync(Child child)
    {
        _idle.Enqueue(child);
        if (_stop.IsCancellationRequested)
        {
            await DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        while (_idle.TryDequeue(out var child))
        {
            await child.DisposeAsync();
        }
    }

    private Child? Idle()
    {
        while (_idle.TryDequeue(out var child))
        {
            if (!child.HasExited)
            {
                return child;
            }
        }

        return null;
    }

    private async Task ReplaceAsync()
    {
        try
        {
            await WarmAsync(_stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or ParserUnavailableException)
        {
            // the next file starts its own child, or says why it cannot
            log.LogDebug(e, "No spare process could be started");
        }
    }

    private async Task<Child> StartAsync(CancellationToken ct)
    {
        Started++;
        Child? child = null;
        try
        {
            child = new Child(options);
            using var deadline = new CancellationTokenSource(options.StartDeadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token, deadline.Token);
            if (await IntakeParser.ReadAsync<ParserReply>(child.Output, LargestReply, either.Token) is not null)
            {
                var ready = child;
                child = null;
                return ready;
            }

            throw new ParserUnavailableException("The process that reads files ended before it was ready: " + child.Complaint, null);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or System.Text.Json.JsonException or IOException
            || (e is OperationCanceledException && !ct.IsCancellationRequested && !_stop.IsCancellationRequested))
        {
            throw new ParserUnavailableException("The process that reads files cannot be started", e);
        }
        finally
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }
        }
    }

    /// <summary>One running child.</summary>
    private sealed class Child : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _complaint;

        public Child(ParserOptions options)
        {
            var command = options.Command.Count > 0 ? options.Command : Itself();
            var start = new ProcessStartInfo(command[0])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                WorkingDirectory = Path.GetTempPath(),
            };
            foreach (var argument in command.Skip(1))
            {
                start.ArgumentList.Add(argument);
            }

            // connection strings and keys live in the environment: the child gets none of it
            foreach (var name in start.Environment.Keys.Where(k => k is not ("PATH" or "HOME" or "TMPDIR" or "TEMP" or "TMP" or "SystemRoot" or "DOTNET_ROOT")).ToList())
            {
                start.Environment.Remove(name);
            }

            start.Environment["DOTNET_GCHeapHardLimit"] = options.HeapBytes.ToString("X");
            start.Environment["DOTNET_gcServer"] = "0";
            start.Environment["DOTNET_gcConcurrent"] = "0";
            start.Environment["DOTNET_GCgen0size"] = "1000000";
            start.Environment["DOTNET_TieredPGO"] = "0";
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
            start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
            _process = Process.Start(start) ?? throw new ParserUnavailableException($"Cannot start {command[0]}", null);
            _complaint = _process.StandardError.ReadToEndAsync();
        }

        public Stream Input => _process.StandardInput.BaseStream;

        public Stream Output => _process.StandardOutput.BaseStream;

        public int Served { get; set; }

        public bool HasExited => _process.HasExited;

        public string Complaint => _complaint.IsCompletedSuccessfully ? _complaint.Result : "";

        public long ResidentPeak()
        {
            try
            {
                _process.Refresh();
                return OperatingSystem.IsLinux() && !_process.HasExited ? _process.PeakWorkingSet64 : 0;
            }
            catch (InvalidOperationException)
            {
                // it died between the two questions
                return 0;
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
            catch (InvalidOperationException)
            {
                // it has ended by itself
            }

            _process.Dispose();
        }

        private static string[] Itself()
        {
            var program = Environment.ProcessPath ?? throw new ParserUnavailableException("The path of this program is unknown", null);
            return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
                ? [program, Assembly.GetEntryAssembly()!.Location, IntakeParser.Verb]
                : [program, IntakeParser.Verb];
        }
    }
}
