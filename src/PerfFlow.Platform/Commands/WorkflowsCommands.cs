using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PerfFlow.Engine;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Simulation;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Commands;

/// <summary><c>workflows validate</c>, <c>run</c> and <c>compare</c>: definitions tried out without a database.</summary>
internal static class WorkflowsCommands
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;

    public static Command Create()
    {
        var command = new Command("workflows", "Workflow definitions (Elsa 3 JSON)") { Validate(), Run(), Compare() };
        foreach (var stored in DefinitionCommands.Create())
            command.Add(stored);
        return command;
    }

    private static Command Validate()
    {
        var path = new Argument<string>("path") { Description = "A definition, or a folder of them" };
        var (json, language) = (HostOptions.Json(), HostOptions.Language());
        var command = new Command("validate", "Says of each definition whether it can be run, and if not why not") { path, json, language };
        command.SetAction(async (parsed, ct) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (await Files(parsed.GetValue(path)!, error, ct) is not { } chosen)
                return BadUsage;
            var loads = Load(chosen.All).Where(each => chosen.Chosen.Contains(each.File)).ToList();
            var texts = HostOptions.Texts(parsed.GetValue(language));
            await output.WriteLineAsync((parsed.GetValue(json) ? Json(writer => Reports.Write(writer, loads, texts.Reason)) : Text(loads, texts)).AsMemory(), ct);
            return loads.TrueForAll(each => each.Load.Definition is not null) ? Done : Failed;
        });
        return command;
    }

    private static Command Run()
    {
        var file = new Argument<string>("file") { Description = "The definition to run" };
        var input = new Option<string?>("--input") { Description = "Input of the workflow, a JSON object" };
        var definitions = new Option<string?>("--definitions") { Description = "Folder of the definitions that it may run or start (default: its own folder)" };
        var complete = new Option<string[]>("--complete") { Description = "<activity>=<JSON>: completes a waiting task, timer or event; in order", DefaultValueFactory = _ => [] };
        var joins = new Option<string>("--joins") { Description = "How flowcharts join: token", DefaultValueFactory = _ => "token" };
        joins.AcceptOnlyFromAmong("token", "counters");
        var (json, language) = (HostOptions.Json(), HostOptions.Language());
        var command = new Command("run", "Runs a definition in memory") { file, input, definitions, complete, joins, json, language };
        command.SetAction(async (parsed, ct) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(joins) == "counters")
                return await Refuse(error, "--joins counters: this engine joins by tokens only; give the steps a mergeMode instead.", BadUsage, ct);
            if (Facts(parsed.GetValue(input) ?? "{}") is not { } start)
                return await Refuse(error, "--input must be a JSON object.", BadUsage, ct);
            var completions = new List<(string, Facts)>();
            foreach (var item in parsed.GetValue(complete)!)
            {
                if (item.Split('=', 2) is not [{ Length: > 0 } activity, var result] || Facts(result) is not { } facts)
                    return await Refuse(error, $"--complete {item}: <activity>=<JSON object> is expected.", BadUsage, ct);
                completions.Add((activity, facts));
            }

            if (await Files(parsed.GetValue(file)!, error, ct) is not { Chosen: [var name] } chosen)
                return BadUsage;
            var all = chosen.All;
            if (parsed.GetValue(definitions) is { } folder)
            {
                if (await Files(folder, error, ct) is not { } others)
                    return BadUsage;
                all = [.. all.Where(each => each.File == name), .. others.All.Where(each => Path.GetFullPath(each.File) != Path.GetFullPath(name))];
            }

            var texts = HostOptions.Texts(parsed.GetValue(language));
            var loads = Load(all);
            var chosenLoads = loads.FindAll(each => each.File == name);
            if (chosenLoads[0].Load.Definition is not { } definition)
                return await Refuse(error, Text(chosenLoads, texts), Failed, ct);
            try
            {
                var library = loads.Select(each => each.Load.Definition).OfType<WorkflowDefinition>().ToList();
                var result = WorkflowSimulation.Run(definition, library, start, completions, TimeProvider.System.GetUtcNow());
                await output.WriteLineAsync((parsed.GetValue(json) ? Json(writer => Reports.Write(writer, result, texts.Incident)) : Text(result, texts)).AsMemory(), ct);
                return result.IsFaulted ? Failed : Done;
            }
            catch (SimulationRefusedException refused)
            {
                return await Refuse(error, refused.Message, Failed, ct);
            }
        });
        return command;
    }

    private static Command Compare()
    {
        var before = new Argument<string>("before") { Description = "The earlier version" };
        var after = new Argument<string>("after") { Description = "The later version" };
        var (json, language) = (HostOptions.Json(), HostOptions.Language());
        var command = new Command("compare", "Says what differs between two versions; where a designer put the boxes does not count") { before, after, json, language };
        command.SetAction(async (parsed, ct) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var versions = new List<ReadOnlyMemory<byte>>();
            foreach (var name in (string[])[parsed.GetValue(before)!, parsed.GetValue(after)!])
            {
                if (Directory.Exists(name))
                    return await Refuse(error, $"{name} is a folder; a definition is expected.", BadUsage, ct);
                if (await Files(name, error, ct) is not { } files)
                    return BadUsage;
                var (file, load) = Load(files.All).Find(each => each.File == name);
                if (load.Definition is not { } definition)
                    return await Refuse(error, Text([(file, load)], HostOptions.Texts(parsed.GetValue(language))), Failed, ct);
                versions.Add(definition.Source);
            }

            var changes = DefinitionComparison.Compare(versions[0], versions[1]);
            await output.WriteLineAsync((parsed.GetValue(json) ? Json(writer => Reports.Write(writer, changes)) : Text(changes)).AsMemory(), ct);
            return Done;
        });
        return command;
    }

    /// <summary>The files that are meant, and all files of their folder, which they may run or start.</summary>
    private static async Task<(IReadOnlyList<string> Chosen, IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> All)?> Files(string path, TextWriter error, CancellationToken ct)
    {
        try
        {
            var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
            if (folder != path && !File.Exists(path))
            {
                await Refuse(error, $"{path}: there is no such file or folder.", BadUsage, ct);
                return null;
            }

            var depth = folder == path ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            var names = Directory.EnumerateFiles(folder, "*.json", depth).Order(StringComparer.Ordinal).ToList();
            if (folder != path)
                names = [path, .. names.Where(name => Path.GetFullPath(name) != Path.GetFullPath(path))];
            var all = new List<(string, ReadOnlyMemory<byte>)>();
            foreach (var name in names)
                all.Add((name, await File.ReadAllBytesAsync(name, ct)));
            return (folder == path ? names : [path], all);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Refuse(error, e.Message, BadUsage, ct);
            return null;
        }
    }

    private static List<(string File, DefinitionLoad Load)> Load(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files) =>
        [.. files.Zip(DefinitionLoader.LoadAll(files), (file, load) => (file.File, load))];

    private static Facts? Facts(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Engine.Facts.FromJson(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<int> Refuse(TextWriter error, string message, int code, CancellationToken ct)
    {
        await error.WriteLineAsync(message.AsMemory(), ct);
        return code;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // Printed for people and tools, never into a page: Chinese stays readable.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Text(IReadOnlyList<(string File, DefinitionLoad Load)> loads, Texts texts)
    {
        var text = new StringBuilder();
        foreach (var (file, load) in loads)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(load.Definition is null ? "not ok  " : "ok      ").Append(file);
            foreach (var error in load.Errors)
                text.Append("\n        ").Append(error.Path).Append(error.Activity is null ? "" : $" (activity {error.Activity})").Append(": ").Append(texts.Reason(error.Reason));
        }

        return text.ToString();
    }

    private static string Text(SimulationResult result, Texts texts)
    {
        var lines = result.Lines.Append($"{result.Status}/{result.SubStatus}")
            .Concat(result.Outputs.Select(output => $"output {output.Key}: {output.Value}"))
            .Concat(result.Incidents.Select(incident => $"incident at {incident.ActivityId}: {texts.Incident(incident.Message)}"))
            .Concat(result.Waiting.Select(waiting => $"waits for {waiting.Kind} {waiting.Activity} ({waiting.Name})"));
        return string.Join('\n', lines);
    }

    internal static string Text(IReadOnlyList<DefinitionChange> changes) => changes.Count == 0 ? "no difference" : string.Join('\n', changes.Select(change =>
    {
        var sign = change.Kind switch { DefinitionChangeKind.Added => '+', DefinitionChangeKind.Removed => '-', _ => '~' };
        var what = $"{sign} {change.Part} {change.Id}".TrimEnd();
        return change.Property is null
            ? what + ((change.Before ?? change.After) is { } type ? $" ({type})" : "")
            : $"{what} {change.Property}: {change.Before ?? "–"} → {change.After ?? "–"}";
    }));
}
