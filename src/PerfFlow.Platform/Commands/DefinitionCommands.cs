using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Definitions;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Ui;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Commands;

/// <summary>
/// <c>workflows list</c>, <c>export</c>, <c>publish</c> and <c>migrate</c>: the definitions of a region, by the use cases of page and API. Who may
/// open the database is trusted to name the person (<c>--as</c>) in whose name he acts; that person needs the right, and the journal
/// says that it was the command line, and under which account of the machine.
/// </summary>
internal static class DefinitionCommands
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<Command> Create() => [List(), Export(), Publish(), Migrate()];

    /// <summary>Where, for whom and in whose name; every command has them.</summary>
    internal sealed record Door(Option<string> Region, Option<string> As, Option<bool> Json, Option<string?> Data, Option<string> Language)
    {
        public static Door New() => new(
            new("--region") { Description = "Division code of the region", Required = true },
            new("--as") { Description = "User name of the person who acts", Required = true },
            HostOptions.Json(),
            HostOptions.Data(),
            HostOptions.Language());

        public void AddTo(Command command)
        {
            command.Add(Region);
            command.Add(As);
            command.Add(Json);
            command.Add(Data);
            command.Add(Language);
        }
    }

    /// <summary>What a command works with: services that serve nothing, the person, words for people.</summary>
    internal sealed record Desk(IServiceProvider Services, Viewer Viewer, Texts Texts, TextWriter Output, TextWriter Error, bool Json)
    {
        public async Task<int> SayAsync<T>(Outcome<T> outcome, Func<T, object> json, Func<T, string> text, CancellationToken ct)
        {
            if (outcome.Refusal is { } refusal)
            {
                return await RefuseAsync(refusal, ct);
            }

            await Output.WriteLineAsync((Json ? JsonSerializer.Serialize(json(outcome.Value), Web) : text(outcome.Value)).AsMemory(), ct);
            return 0;
        }

        public async Task<int> RefuseAsync(Refusal refusal, CancellationToken ct)
        {
            await Error.WriteLineAsync(Texts.Refusal(refusal).AsMemory(), ct);
            return refusal.Kind is RefusalKind.Conflict or RefusalKind.Busy ? 1 : 2;
        }
    }

    /// <summary>Opens the database, finds the person and runs the command. Built and never started: it listens nowhere.</summary>
    internal static async Task<int> AtAsync(ParseResult parsed, Door door, Func<Desk, CancellationToken, Task<int>> run, CancellationToken ct)
    {
        using var logs = HostOptions.Logs(LogLevel.Warning);
        var (databases, cluster) = await HostOptions.OpenAsync(parsed.GetValue(door.Data), logs, ct);
        await using var owned = cluster;
        await using var app = PlatformHost.Build(new HostSettings
        {
            Databases = databases,
            DataFolder = PrivateClusterFolder.Resolve(parsed.GetValue(door.Data)),
            Url = "http://127.0.0.1:0",
        });
        var texts = app.Services.GetRequiredService<TextCatalogue>().In(parsed.GetValue(door.Language));
        var (code, name) = (parsed.GetValue(door.Region)!, parsed.GetValue(door.As)!);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct);
        var person = await db.Users.Where(u => u.UserName == name && db.Regions.Any(r => r.Id == u.RegionId && r.Code == code && !r.Closed)).Select(u => (long?)u.Id).FirstOrDefaultAsync(ct);
        if (person is null || await app.Services.GetRequiredService<ViewerReader>().FindAsync(person.Value, ct) is not { } viewer)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(texts["versions.nobody", name, code].AsMemory(), ct);
            return 2;
        }

        // Whatever came of it: nobody signed in, so the audit administrator learns of it here. Options may hold a reason, so only what was asked is named.
        await app.Services.GetRequiredService<SecurityLog>().WriteAsync(
            new SecurityNote("command-line") { RegionId = viewer.RegionId, ActorId = viewer.UserId, Detail = $"workflows {parsed.CommandResult.Command.Name}, {Environment.UserName}@{Environment.MachineName}" }, ct);
        var desk = new Desk(app.Services, viewer with { Channel = Viewer.CommandLine }, texts, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(door.Json));
        return await run(desk, ct);
    }

    private static Command List()
    {
        var door = Door.New();
        var definition = new Argument<string?>("definition") { Description = "One definition, with its versions (default: all)", DefaultValueFactory = _ => null };
        var command = new Command("list", "The definitions of a region: what new cases take, and how many are open on which version") { definition };
        door.AddTo(command);
        command.SetAction((parsed, ct) => AtAsync(
            parsed,
            door,
            async (desk, token) =>
            {
                var read = desk.Services.GetRequiredService<ReadDefinitions>();
                return parsed.GetValue(definition) is { } one
                    ? await desk.SayAsync(
                        await read.OneAsync(desk.Viewer, one, token),
                        v => v.Versions.Select(l => new { id = l.Head.Row, l.Head.Version, shipped = l.Head.RegionId is null, l.Sha256, l.Current, openCases = l.Open, l.Cases, whyNot = l.WhyNot?.Code, parts = l.Parts.Select(p => new { id = p.Row, definition = p.DefinitionId, p.Version }) }),
                        v => string.Join('\n', v.Versions.Select(l => $"{(l.Current ? '*' : ' ')} {l.Head.Row,5}  {DefinitionPages.NameOf(l.Head, desk.Texts)}  {l.Sha256[..12]}  {desk.Texts["versions.open"]} {l.Open}{(l.WhyNot is null ? "" : "  " + desk.Texts["versions.damaged"])}{(l.Parts.Count == 0 ? "" : "  " + desk.Texts["versions.parts", DefinitionPages.PartsOf(l.Parts, desk.Texts)])}")),
                        token)
                    : await desk.SayAsync(
                        await read.ListAsync(desk.Viewer, token),
                        lines => lines.Select(l => new { definition = l.DefinitionId, l.IsPart, id = l.Current.Row, l.Current.Version, shipped = l.Current.RegionId is null, openCases = l.Open, l.OpenElsewhere, newerShipped = l.NewerShipped?.Row }),
                        lines => string.Join('\n', lines.Select(l => $"{l.DefinitionId,-24}{DefinitionPages.NameOf(l.Current, desk.Texts)}  {desk.Texts["versions.open"]} {l.Open}  {desk.Texts["versions.open-elsewhere"]} {l.OpenElsewhere}{(l.IsPart ? "  " + desk.Texts["versions.is-part"] : "")}")),
                        token);
            },
            ct));
        return command;
    }

    private static Command Export()
    {
        var door = Door.New();
        var definition = new Argument<string>("definition") { Description = "The definition" };
        var id = new Argument<int>("id") { Description = "The version, by its id in 'workflows list <definition>'" };
        var file = new Argument<string>("file") { Description = "Where to write it" };
        var command = new Command("export", "Writes the file of a version, byte for byte as it was imported") { definition, id, file };
        door.AddTo(command);
        command.SetAction((parsed, ct) => AtAsync(
            parsed,
            door,
            async (desk, token) =>
            {
                var source = await desk.Services.GetRequiredService<ReadDefinitions>().SourceAsync(desk.Viewer, parsed.GetValue(definition)!, parsed.GetValue(id), token);
                if (source.Ok)
                {
                    await File.WriteAllBytesAsync(parsed.GetValue(file)!, source.Value.Source, token);
                }

                return await desk.SayAsync(source, s => new { file = parsed.GetValue(file), bytes = s.Source.Length }, s => $"{parsed.GetValue(file)}: {desk.Texts["versions.bytes", s.Source.Length]}", token);
            },
            ct));
        return command;
    }

    private static Command Publish()
    {
        var door = Door.New();
        var file = new Argument<string>("file") { Description = "The definition" };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the journal of the region", DefaultValueFactory = _ => "" };
        var dry = new Option<bool>("--dry-run") { Description = "Only says what is wrong with the file and what would change" };
        var command = new Command("publish", "Publishes a definition for a region: new cases take it, running ones stay") { file, reason, dry };
        door.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            byte[] source;
            try
            {
                source = await File.ReadAllBytesAsync(parsed.GetValue(file)!, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message.AsMemory(), ct);
                return 2;
            }

            return await AtAsync(parsed, door, (desk, token) => PublishAsync(desk, parsed.GetValue(file)!, source, parsed.GetValue(reason)!, parsed.GetValue(dry), token), ct);
        });
        return command;
    }

    private static async Task<int> PublishAsync(Desk desk, string file, byte[] source, string reason, bool dry, CancellationToken ct)
    {
        var publish = desk.Services.GetRequiredService<PublishDefinition>();
        var preview = await publish.CheckAsync(desk.Viewer, file, source, ct);
        if (preview.Refusal is { } refusal)
        {
            return await desk.RefuseAsync(refusal, ct);
        }

        var flaws = preview.Value.Flaws.Select(f => (f.Path, f.Activity, f.Property, f.Code, Reason: f.Text(desk.Texts))).ToList();
        if (dry || flaws.Count > 0)
        {
            await desk.SayAsync(
                preview,
                p => new
                {
                    ok = flaws.Count == 0,
                    errors = flaws.Select(f => new { f.Path, f.Activity, f.Property, f.Code, f.Reason }),
                    parts = p.Parts.Select(part => new { id = part.Row, definition = part.DefinitionId, part.Version }),
                    changes = p.Changes.Select(c => new { kind = c.Kind.ToString().ToLowerInvariant(), c.Part, c.Id, c.Property, c.Before, c.After }),
                },
                p => string.Join('\n', [
                    .. p.Parts.Count == 0 ? Array.Empty<string>() : [desk.Texts["versions.parts", DefinitionPages.PartsOf(p.Parts, desk.Texts)]],
                    .. flaws.Select(f => $"{f.Path}{(f.Activity is null ? "" : $" (activity {f.Activity})")}: {f.Reason}"), WorkflowsCommands.Text(p.Changes)]),
                ct);
            return flaws.Count == 0 ? 0 : 1;
        }

        return await desk.SayAsync(
            await publish.RunAsync(desk.Viewer, source, preview.Value.Current?.Row, reason, ct),
            p => p,
            p => desk.Texts["versions.published", DefinitionPages.TitleOf(p.DefinitionId, desk.Texts), p.Version],
            ct);
    }

    private static Command Migrate()
    {
        var door = Door.New();
        var definition = new Argument<string>("definition") { Description = "The definition whose open cases are meant" };
        var to = new Option<int>("--to") { Description = "The version, by its id in 'workflows list <definition>'", Required = true };
        var map = new Option<string[]>("--map") { Description = "<old>=<new>: an activity that has another id in the new version", DefaultValueFactory = _ => [] };
        var anew = new Option<string[]>("--anew") { Description = "<activity>: an open step that somebody else decides in the new version; its tasks are taken back and handed out anew", DefaultValueFactory = _ => [] };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the trail of every case", DefaultValueFactory = _ => "" };
        var dry = new Option<bool>("--dry-run") { Description = "Only says which cases could go and which are blocked" };
        var command = new Command("migrate", "Takes open cases to another version of their definition, one act per case") { definition, to, map, anew, reason, dry };
        door.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var pair in parsed.GetValue(map)!)
            {
                if (pair.Split('=') is not [{ Length: > 0 } old, { Length: > 0 } now])
                {
                    await parsed.InvocationConfiguration.Error.WriteLineAsync($"--map {pair}: <old>=<new> is expected.".AsMemory(), ct);
                    return 2;
                }

                renamed[old] = now;
            }

            var (id, row) = (parsed.GetValue(definition)!, parsed.GetValue(to));
            var request = new Definitions.MigrationRequest(row, renamed, parsed.GetValue(reason), null) { Anew = parsed.GetValue(anew) };
            return await AtAsync(
                parsed,
                door,
                async (desk, token) => parsed.GetValue(dry)
                    ? await desk.SayAsync(
                        await desk.Services.GetRequiredService<PlanMigration>().RunAsync(desk.Viewer, id, row, request.Choices, token),
                        p => new { ready = p.Ready, blocked = p.Cases.Where(c => c.WhyNot is not null).Select(c => new { c.CaseId, open = c.Steps.Select(s => s.ActivityId), code = c.WhyNot!.Code, reason = desk.Texts.Refusal(c.WhyNot) }) },
                        p => string.Join('\n', [
                            desk.Texts["versions.migrate.sum", p.Cases.Count, p.Ready, p.Cases.Count - p.Ready],
                            .. p.Open.Select(o => $"  {o.ActivityId} → {o.To ?? "–"}  {o.Cases}  {(o.Why is not null ? desk.Texts.Refusal(o.Why) : o.Anew ? $"{desk.Texts["versions.migrate.anew", desk.Texts[$"role.{o.Role}"]]} ({desk.Texts["versions.migrate.anew.done"]})" : "")}"),
                        ]),
                        token)
                    : await MigrateAsync(desk, id, request, token),
                ct);
        });
        return command;
    }

    /// <summary>The runner of this process takes the cases; a platform that is serving may help.</summary>
    private static async Task<int> MigrateAsync(Desk desk, string definition, Definitions.MigrationRequest request, CancellationToken ct)
    {
        var migrate = desk.Services.GetRequiredService<MigrateCases>();
        var started = await migrate.StartAsync(desk.Viewer, definition, request, ct);
        if (started.Refusal is { } refusal)
        {
            return await desk.RefuseAsync(refusal, ct);
        }

        var runner = desk.Services.GetRequiredService<Workflows.WorkflowRunner>();
        await runner.StartAsync(ct);
        Outcome<MigrationProgress> progress;
        do
        {
            await migrate.WorkAsync((id, answered) => desk.Error.Write($"\r{id}: {answered}"), ct);
            progress = await migrate.ProgressAsync(desk.Viewer, started.Value, ct);
            if (progress.Value.FinishedAt is null)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
            }
        }
        while (progress.Value.FinishedAt is null);
        await desk.Error.WriteLineAsync();
        await runner.StopAsync(ct);
        var said = await desk.SayAsync(
            progress,
            p => new { p.Id, p.Total, p.Done, refused = p.Refused.Select(r => new { r.CaseId, r.Code }) },
            p => string.Join('\n', [
                $"{desk.Texts["versions.migrate.done"]} {p.Done} / {p.Total}", .. p.Refused.Select(r => $"  {desk.Texts["operations.title", r.CaseId]}: {MigrationPages.WhyRefused(r.Code, desk.Texts)}"),
            ]),
            ct);
        return said != 0 || progress.Value.Refused.Count == 0 ? said : 1;
    }
}
