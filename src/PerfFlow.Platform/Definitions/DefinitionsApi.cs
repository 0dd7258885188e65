using Microsoft.AspNetCore.Http.HttpResults;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Http;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>Workflow definitions as JSON: the same use cases and refusals as the pages.</summary>
internal static class DefinitionsApi
{
    public static IEndpointRouteBuilder MapDefinitionsApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/definitions").WithTags("Definitions").WithRefusals();
        api.MapGet("", ListAsync).WithSummary("流程定义: what new cases of the caller's region take, and how many are open on it");
        api.MapGet("/{definition}", OneAsync).WithSummary("Versions of a definition with their SHA-256 and their cases, and who published what");
        api.MapGet("/{definition}/compare", Compare).WithSummary("What differs between two versions: activities, connections, variables added, removed or changed, with their properties");
        api.MapGet("/{definition}/versions/{row:int}/file", FileAsync).WithSummary("The file of a version, byte for byte as it was imported");
        api.MapPost("/{definition}/versions/{row:int}/publish", AgainAsync).WithSummary("Lets new cases take a known version (again), with a reason");
        api.MapPost("/check", CheckAsync).Accepts<byte[]>("application/octet-stream", "application/json").WithSummary("What publishing the file in the body would mean: what is wrong with it, and what changes");
        api.MapPost("/publish", PublishAsync).Accepts<byte[]>("application/octet-stream", "application/json").WithSummary("Publishes the file in the body for the caller's region, with a reason; new cases take it, running ones stay");
        return routes;
    }

    /// <summary>A version for programs.</summary>
    /// <param name="Id">The row; what the addresses name.</param>
    /// <param name="Shipped">It came with the platform.</param>
    internal sealed record VersionAnswer(int Id, string Definition, int Version, bool Shipped)
    {
        public static VersionAnswer Of(DefinitionHead head) => new(head.Row, head.DefinitionId, head.Version, head.RegionId is null);
    }

    internal sealed record LineAnswer(string Name, bool IsPart, VersionAnswer Current, VersionAnswer? NewerShipped, int Versions, int OpenCases, int OpenElsewhere, DateTimeOffset? PublishedAt, string? PublishedBy);

    internal sealed record VersionDetail(VersionAnswer Version, string Sha256, int Bytes, DateTimeOffset At, bool Current, int OpenCases, int Cases, string? WhyNot, IReadOnlyList<VersionAnswer> Parts);

    internal sealed record PublicationAnswer(VersionAnswer Version, DateTimeOffset At, string Person, string Reason, string? Channel);

    internal sealed record DefinitionAnswer(
        string Definition, string Name, bool IsPart, IReadOnlyList<VersionDetail> Versions, IReadOnlyList<PublicationAnswer> Publications, IReadOnlyList<VersionAnswer> UsedBy);

    internal sealed record ChangeAnswer(string Kind, string Part, string Id, string? Property, string? Before, string? After)
    {
        public static IReadOnlyList<ChangeAnswer> Of(IEnumerable<DefinitionChange> changes) =>
            [.. changes.Select(c => new ChangeAnswer(c.Kind.ToString().ToLowerInvariant(), c.Part, c.Id, c.Property, c.Before, c.After))];
    }

    internal sealed record FlawAnswer(string Path, string? Activity, string? Property, string Reason, string Code);

    /// <param name="IsPart">Nothing opens it: it only runs inside others.</param>
    /// <param name="Parts">The versions of other definitions that it would run inside itself from then on.</param>
    internal sealed record CheckAnswer(
        bool Ok, string? Definition, int? Version, bool IsPart, VersionAnswer? Known, VersionAnswer? Current, IReadOnlyList<FlawAnswer> Flaws, IReadOnlyList<VersionAnswer> Parts,
        IReadOnlyList<ChangeAnswer> Changes, int OpenElsewhere);

    internal sealed record ReasonBody(string? Reason, int? Current);

    private static async Task<Results<Ok<List<LineAnswer>>, JsonHttpResult<RefusedAnswer>>> ListAsync(Viewer viewer, ReadDefinitions read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.ListAsync(viewer, ct)).Then<List<LineAnswer>>(lines => lines.Select(l => new LineAnswer(
            DefinitionPages.TitleOf(l.DefinitionId, texts, l.Name), l.IsPart, VersionAnswer.Of(l.Current), l.NewerShipped is { } newer ? VersionAnswer.Of(newer) : null, l.Versions, l.Open, l.OpenElsewhere, l.PublishedAt, l.PublishedBy)).ToList()));

    private static async Task<Results<Ok<DefinitionAnswer>, JsonHttpResult<RefusedAnswer>>> OneAsync(string definition, Viewer viewer, ReadDefinitions read, Texts texts, CancellationToken ct) =>
        texts.Answer((await read.OneAsync(viewer, definition, ct)).Then<DefinitionAnswer>(v => new DefinitionAnswer(
            v.DefinitionId,
            DefinitionPages.TitleOf(v.DefinitionId, texts, v.Name),
            v.IsPart,
            [.. v.Versions.Select(l => new VersionDetail(VersionAnswer.Of(l.Head), l.Sha256, l.Bytes, l.At, l.Current, l.Open, l.Cases, l.WhyNot is { } why ? texts.Refusal(why) : null, [.. l.Parts.Select(VersionAnswer.Of)]))],
            [.. v.Publications.Select(p => new PublicationAnswer(VersionAnswer.Of(p.Head), p.At, p.Person, p.Reason, p.Channel))],
            [.. v.UsedBy.Select(VersionAnswer.Of)])));

    private static Results<Ok<IReadOnlyList<ChangeAnswer>>, JsonHttpResult<RefusedAnswer>> Compare(string definition, int from, int to, Viewer viewer, ReadDefinitions read, Texts texts) =>
        texts.Answer(read.Compare(viewer, definition, from, to).Then<IReadOnlyList<ChangeAnswer>>(c => ChangeAnswer.Of(c.Changes).ToArray()));

    private static async Task<IResult> FileAsync(string definition, int row, Viewer viewer, ReadDefinitions read, Texts texts, CancellationToken ct)
    {
        var file = await read.SourceAsync(viewer, definition, row, ct);
        return file.Ok ? DefinitionPages.Download(file.Value.Head, file.Value.Source) : texts.Refuse(file.Refusal!);
    }

    private static async Task<Results<Ok<CheckAnswer>, JsonHttpResult<RefusedAnswer>>> CheckAsync(HttpContext http, Viewer viewer, PublishDefinition publish, Texts texts, CancellationToken ct)
    {
        var preview = await publish.CheckAsync(viewer, "definition.json", await BodyAsync(http, ct), ct);
        return texts.Answer(preview.Then<CheckAnswer>(p => new CheckAnswer(
            p.Flaws.Count == 0, p.Definition?.DefinitionId, p.Definition?.Version, p.IsPart, p.Known is { } known ? VersionAnswer.Of(known) : null, p.Current is { } current ? VersionAnswer.Of(current) : null,
            [.. p.Flaws.Select(f => new FlawAnswer(f.Path, f.Activity, f.Property, f.Text(texts), f.Code))], [.. p.Parts.Select(VersionAnswer.Of)], ChangeAnswer.Of(p.Changes), p.OpenElsewhere)));
    }

    private static async Task<Results<Ok<PublishedDefinition>, JsonHttpResult<RefusedAnswer>>> PublishAsync(
        HttpContext http, Viewer viewer, PublishDefinition publish, Texts texts, CancellationToken ct, string? reason = null, int? current = null) =>
        texts.Answer(await publish.RunAsync(viewer, await BodyAsync(http, ct), current, reason ?? "", ct));

    private static async Task<Results<Ok<PublishedDefinition>, JsonHttpResult<RefusedAnswer>>> AgainAsync(
        string definition, int row, ReasonBody body, Viewer viewer, ReadDefinitions read, PublishDefinition publish, Texts texts, CancellationToken ct)
    {
        // The address names both; a row of another definition is not there.
        var known = await read.SourceAsync(viewer, definition, row, ct);
        return texts.Answer(known.Refusal is { } refusal ? refusal : await publish.RunAsync(viewer, row, body.Current, body.Reason ?? "", ct));
    }

    /// <summary>The body up to one byte more than is allowed: the use case says that it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext http, CancellationToken ct)
    {
        using var content = new MemoryStream();
        var buffer = new byte[65_536];
        int read;
        while (content.Length <= PublishDefinition.MostBytes && (read = await http.Request.Body.ReadAsync(buffer, ct)) > 0)
        {
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
