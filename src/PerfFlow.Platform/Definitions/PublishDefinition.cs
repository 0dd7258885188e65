using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine;
using PerfFlow.Engine.Definitions;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Definitions;

/// <summary>A file, or a version that is known already, before it is published.</summary>
public sealed record PublicationPreview
{
    /// <summary>The file as it came.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>What is wrong; not empty = it cannot be published.</summary>
    public required IReadOnlyList<DefinitionFlaw> Flaws { get; init; }

    /// <summary>Null where the file cannot be run at all.</summary>
    public WorkflowDefinition? Definition { get; init; }

    /// <summary>The version that has these very bytes already.</summary>
    public DefinitionHead? Known { get; init; }

    /// <summary>What new cases take now; null for a definition that the platform does not know.</summary>
    public DefinitionHead? Current { get; init; }

    /// <summary>The definition that new cases take now.</summary>
    public WorkflowDefinition? CurrentDefinition { get; init; }

    /// <summary>Nothing opens it: it only runs inside others.</summary>
    public bool IsPart { get; init; }

    /// <summary>The versions of other definitions that it runs inside itself; they stay, whatever is published of those.</summary>
    public IReadOnlyList<DefinitionHead> Parts { get; init; } = [];

    /// <summary>What changes for new cases.</summary>
    public IReadOnlyList<DefinitionChange> Changes { get; init; } = [];

    /// <summary>Cases of the region that are open on another version and stay on it.</summary>
    public int OpenElsewhere { get; init; }
}

/// <summary>A version that new cases take from now on.</summary>
public sealed record PublishedDefinition(int Row, string DefinitionId, int Version, bool Added);

/// <summary>
/// Lets new cases of the publisher's region take another version: a file that is uploaded, or an earlier version again. Running
/// cases stay on theirs. The file is kept byte for byte; the line in the region's journal names its hash.
/// </summary>
public sealed class PublishDefinition(IDbContextFactory<PlatformDb> databases, DefinitionCatalog catalog, DefinitionContract contract, RegionClock clock, RegionJournal journal)
{
    public const int MinReason = 10;

    /// <summary>A definition of a thousand activities has less.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>What publishing the file would mean, with everything that is wrong with it. Refusals: right-publish-definitions, definition-too-large.</summary>
    public async Task<Outcome<PublicationPreview>> CheckAsync(Viewer viewer, string fileName, ReadOnlyMemory<byte> source, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.PublishDefinitions) is { } refusal)
        {
            return refusal;
        }

        if (source.Length > MostBytes)
        {
            return new Refusal("definition-too-large", MostBytes / 1000) { Field = "file" };
        }

        var load = DefinitionLoader.Load(fileName, source, catalog.LibraryFor(viewer.RegionId));
        if (load.Definition is not { } definition)
        {
            return new PublicationPreview { Source = source, Flaws = [.. load.Errors.Select(e => new DefinitionFlaw(e.Path, e.Activity, e.Property, e.Reason, null))] };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await PreviewAsync(db, viewer, definition, ct);
    }

    /// <summary>What going (back) to a version means that is known already. Refusals: right-publish-definitions, not-found, definition-unusable.</summary>
    public async Task<Outcome<PublicationPreview>> CheckAsync(Viewer viewer, int row, CancellationToken ct)
    {
        var known = Known(viewer, row);
        if (known.Refusal is { } refusal)
        {
            return refusal;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await PreviewAsync(db, viewer, known.Value, ct);
    }

    /// <summary>
    /// Publishes a file. Refusals: right-publish-definitions, definition-too-large, definition-invalid (see <see cref="CheckAsync(Viewer, string, ReadOnlyMemory{byte}, CancellationToken)"/>),
    /// definition-current, reason-too-short, publication-moved.
    /// </summary>
    /// <param name="current">The row that new cases took when the preview was read; null = whatever it is now.</param>
    public async Task<Outcome<PublishedDefinition>> RunAsync(Viewer viewer, ReadOnlyMemory<byte> source, int? current, string reason, CancellationToken ct)
    {
        var checked_ = await CheckAsync(viewer, "definition.json", source, ct);
        return checked_.Refusal is { } refusal ? refusal : await WriteAsync(viewer, checked_.Value, current, reason, ct);
    }

    /// <summary>Publishes a known version again. Refusals: as for a file, not-found, definition-unusable.</summary>
    public async Task<Outcome<PublishedDefinition>> RunAsync(Viewer viewer, int row, int? current, string reason, CancellationToken ct)
    {
        var checked_ = await CheckAsync(viewer, row, ct);
        return checked_.Refusal is { } refusal ? refusal : await WriteAsync(viewer, checked_.Value, current, reason, ct);
    }

    private Outcome<WorkflowDefinition> Known(Viewer viewer, int row)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        if (viewer.May(Right.PublishDefinitions) is { } refusal)
        {
            return refusal;
        }

        return catalog.VersionsFor(viewer.RegionId).All(h => h.Row != row) ? Refusal.NotFound() : catalog.WhyNot(row) is { } damaged ? damaged : catalog.Get(row);
    }

    private async Task<PublicationPreview> PreviewAsync(PlatformDb db, Viewer viewer, WorkflowDefinition definition, CancellationToken ct)
    {
        var versions = catalog.VersionsFor(viewer.RegionId).Where(h => h.DefinitionId == definition.DefinitionId).ToList();
        var known = versions.Find(h => catalog.WhyNot(h.Row) is null && catalog.Get(h.Row).SourceHash.Span.SequenceEqual(definition.SourceHash.Span));
        if (known is not null)
        {
            // What it runs inside itself was pinned when it was first published.
            definition = catalog.Get(known.Row);
        }

        var flaws = contract.Check(definition, catalog.VersionsFor(viewer.RegionId).Select(h => h.DefinitionId).ToHashSet(StringComparer.Ordinal)).ToList();
        if (known is null && versions.Count > 0)
        {
            flaws.AddRange(Numbering(definition, versions));
        }

        var current = versions.Count == 0 ? null : versions.Find(h => h.Row == catalog.Newest(viewer.RegionId, definition.DefinitionId));
        var running = current is null || catalog.WhyNot(current.Row) is not null ? null : catalog.Get(current.Row);
        var (rows, target) = (catalog.RowsOf(definition.DefinitionId), known?.Row ?? 0);
        return new PublicationPreview
        {
            Source = definition.Source,
            Flaws = flaws,
            Definition = definition,
            Known = known,
            Current = current,
            CurrentDefinition = running,
            IsPart = contract.IsPart(definition.DefinitionId),
            Parts = known is not null ? catalog.PartsOf(known.Row) : [.. catalog.RowsOfParts(viewer.RegionId, definition).Select(p => p.Head)],
            Changes = running is null ? [] : DefinitionComparison.Compare(running, definition),
            OpenElsewhere = await db.Cases.CountAsync(c => c.RegionId == viewer.RegionId && rows.Contains(c.Definition) && c.Definition != target
                && (c.Status == Engine.Instances.InstanceStatus.Running || c.Status == Engine.Instances.InstanceStatus.Faulted), ct),
        };
    }

    /// <summary>Versions are told apart by their numbers and, in Elsa, by the id of the root: both must be new.</summary>
    private IEnumerable<DefinitionFlaw> Numbering(WorkflowDefinition definition, List<DefinitionHead> versions)
    {
        var highest = versions.Max(h => h.Version);
        if (definition.Version <= highest)
        {
            yield return new("$.version", null, null, null, new Refusal("definition-version", definition.Version, highest + 1));
        }

        if (RootId(definition) is { } id && versions.Any(h => catalog.WhyNot(h.Row) is null && RootId(catalog.Get(h.Row)) == id))
        {
            yield return new("$.id", null, null, null, new Refusal("definition-root-id", id));
        }
    }

    private static string? RootId(WorkflowDefinition definition)
    {
        var source = definition.Source;
        using var document = JsonDocument.Parse(source.Span.StartsWith("\uFEFF"u8) ? source[3..] : source, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
    }

    private async Task<Outcome<PublishedDefinition>> WriteAsync(Viewer viewer, PublicationPreview preview, int? current, string reason, CancellationToken ct)
    {
        if (preview.Flaws.Count > 0 || preview.Definition is not { } definition)
        {
            return new Refusal("definition-invalid", preview.Flaws.Count) { Field = "file" };
        }

        if (preview.Current is { } now && now.Row == preview.Known?.Row)
        {
            return Refusal.Conflict("definition-current", definition.Version);
        }

        if (reason.Trim().Length < MinReason)
        {
            return new Refusal("reason-too-short", MinReason) { Field = "reason" };
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two publications of one region come one after the other; the second sees the first.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('platform.publications'), {viewer.RegionId})", ct);
        await catalog.RefreshAsync(ct);
        if ((current is { } shown && shown != catalog.Newest(viewer.RegionId, definition.DefinitionId))
            || (preview.Known is null && catalog.RowsOfParts(viewer.RegionId, definition).Any(p => p.Part.ById && p.Head.Row != catalog.Newest(viewer.RegionId, p.Head.DefinitionId)))
            || (preview.Known is null && catalog.VersionsFor(viewer.RegionId).Any(h => h.DefinitionId == definition.DefinitionId && h.Version >= definition.Version)))
        {
            return Refusal.Conflict("publication-moved");
        }

        var at = clock.Now(viewer.RegionId);
        var row = preview.Known?.Row ?? await AddAsync(db, viewer, definition, at, ct);
        db.Publications.Add(new Publication
        {
            RegionId = viewer.RegionId, DefinitionId = definition.DefinitionId, Definition = row, Reason = reason.Trim(), PublishedAt = at, PublishedBy = viewer.UserId, Channel = viewer.Channel,
        });
        await db.SaveChangesAsync(ct);
        await journal.AppendAsync(
            db, viewer.RegionId, "PublishDefinition", Actors.Of(viewer, Roles.Administrator),
            Facts.Of(
                [
                    ("definition", definition.DefinitionId), ("version", (long)definition.Version), ("row", (long)row), ("before", (long)(preview.Current?.Row ?? 0)),
                    ("source", Convert.ToHexStringLower(definition.SourceHash.Span)), ("reason", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reason.Trim())))),
                    .. PartsFact(definition), .. Door(viewer),
                ]),
            ct);
        await transaction.CommitAsync(ct);
        await catalog.RefreshAsync(ct);
        return new PublishedDefinition(row, definition.DefinitionId, definition.Version, preview.Known is null);
    }

    /// <summary>What runs inside it, by id, version and hash; nothing where it stands alone.</summary>
    private static IEnumerable<(string, object?)> PartsFact(WorkflowDefinition definition) => definition.Parts.Count == 0 ? [] :
    [
        ("parts", definition.Parts.Select(part => $"{part.DefinitionId} {part.Version} {Convert.ToHexStringLower(part.SourceHash.Span)}").Distinct(StringComparer.Ordinal).ToArray<object?>()),
    ];

    /// <summary>What the journal keeps of an act at the command line: the door, and the account of the machine; nothing of one that somebody signed in for.</summary>
    internal static IEnumerable<(string, object?)> Door(Viewer viewer) => viewer.Channel is { } channel ? [("channel", channel), ("account", Environment.UserName)] : [];

    private async Task<int> AddAsync(PlatformDb db, Viewer viewer, WorkflowDefinition definition, DateTimeOffset at, CancellationToken ct)
    {
        var row = new DefinitionRow
        {
            DefinitionId = definition.DefinitionId, Version = definition.Version, RegionId = viewer.RegionId, PublishedAt = at,
            Source = definition.Source.ToArray(), SourceHash = definition.SourceHash.ToArray(),
        };
        db.Definitions.Add(row);
        await db.SaveChangesAsync(ct);
        foreach (var (head, part) in catalog.RowsOfParts(viewer.RegionId, definition))
        {
            db.DefinitionParts.Add(new DefinitionPartRow { Definition = row.Id, Part = head.Row, SourceHash = part.SourceHash.ToArray(), ById = part.ById });
        }

        await db.SaveChangesAsync(ct);
        return row.Id;
    }
}
