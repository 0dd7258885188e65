using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Organisation;

/// <summary>A body as the page sends it.</summary>
/// <param name="Id">Null makes a new one; kind, code and place of an existing one do not change.</param>
public sealed record BodyInput(long? Id, BodyKind Kind, string Code, string Name, string? ShortName, long? ParentId);

/// <summary>
/// Makes a body or renames one. A department hangs under the bureau, a unit under a department or unit whose code begins
/// its own. Refusals: body-code, body-code-taken, body-code-parent, body-name, body-parent, right-manage-organisation.
/// </summary>
public sealed class SaveBody(PlatformDb db, RegionClock clock, RegionJournal journal)
{
    /// <param name="viewer">Who does it; null for the platform itself (demo, import).</param>
    public async Task<Outcome<Body>> RunAsync(Viewer? viewer, int regionId, BodyInput input, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (viewer is not null && (viewer.RegionId != regionId ? Refusal.NotFound() : viewer.May(Right.ManageOrganisation)) is { } refusal)
        {
            return refusal;
        }

        var name = input.Name.Trim();
        if (name.Length is < 2 or > 120)
        {
            return new Refusal("body-name") { Field = "name" };
        }

        var shortName = string.IsNullOrWhiteSpace(input.ShortName) ? name : input.ShortName.Trim();
        var saved = input.Id is { } id
            ? await RenameAsync(regionId, id, name, shortName, ct)
            : await MakeAsync(regionId, input, name, shortName, ct);
        if (!saved.Ok)
        {
            return saved;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return new Refusal("body-code-taken") { Field = "code", Kind = RefusalKind.Conflict };
        }

        if (saved.Value is { Kind: BodyKind.Department or BodyKind.Town, DepartmentId: null or 0 } own)
        {
            own.DepartmentId = own.Id;
            await db.SaveChangesAsync(ct);
        }

        await journal.AppendAsync(db, regionId, input.Id is null ? "body-made" : "body-renamed", Actors.Of(viewer, Roles.Administrator),
            Facts.Of(("body", saved.Value.Id), ("code", saved.Value.Code), ("kind", BodyKinds.Text(saved.Value.Kind))), ct);
        await transaction.CommitAsync(ct);
        return saved;
    }

    private async Task<Outcome<Body>> RenameAsync(int regionId, long id, string name, string shortName, CancellationToken ct)
    {
        var body = await db.Organisations.FirstOrDefaultAsync(b => b.Id == id && b.RegionId == regionId, ct);
        if (body is null)
        {
            return Refusal.NotFound();
        }

        (body.Name, body.ShortName) = (name, shortName);
        return body;
    }

    private async Task<Outcome<Body>> MakeAsync(int regionId, BodyInput input, string name, string shortName, CancellationToken ct)
    {
        var code = input.Code.Trim();
        if (!CodeFits(input.Kind, code))
        {
            return new Refusal("body-code") { Field = "code" };
        }

        if (await db.Organisations.AnyAsync(b => b.RegionId == regionId && b.Code == code && b.ValidTo == null, ct))
        {
            return new Refusal("body-code-taken") { Field = "code", Kind = RefusalKind.Conflict };
        }

        var parent = input.ParentId is { } parentId
            ? await db.Organisations.FirstOrDefaultAsync(b => b.Id == parentId && b.RegionId == regionId && b.ValidTo == null, ct)
            : null;
        if (!ParentFits(input.Kind, parent?.Kind))
        {
            return new Refusal("body-parent") { Field = "parentId" };
        }

        if (input.Kind == BodyKind.Unit && !code.StartsWith(parent!.Code, StringComparison.Ordinal))
        {
            return new Refusal("body-code-parent", parent.Code) { Field = "code" };
        }

        var body = new Body
        {
            RegionId = regionId,
            Kind = input.Kind,
            Code = code,
            Name = name,
            ShortName = shortName,
            ParentId = parent?.Id,
            DepartmentId = input.Kind == BodyKind.Unit ? parent!.DepartmentId : null,
            ValidFrom = clock.Today(regionId),
        };
        db.Organisations.Add(body);
        return body;
    }

    /// <summary>domain.md §11: departments and towns three digits, units three more for each level, up to 21 characters.</summary>
    internal static bool CodeFits(BodyKind kind, string code) => code.Length is > 0 and <= 21 && code.All(char.IsAsciiLetterOrDigit) && kind switch
    {
        BodyKind.Department or BodyKind.Town => code.Length == 3 && code.All(char.IsAsciiDigit),
        BodyKind.Unit => code.Length >= 6 && code.Length % 3 == 0 && code.All(char.IsAsciiDigit),
        _ => true,
    };

    private static bool ParentFits(BodyKind kind, BodyKind? parent) => kind switch
    {
        BodyKind.Bureau => parent is null,
        BodyKind.Unit => parent is BodyKind.Department or BodyKind.Town or BodyKind.Unit,
        _ => parent is BodyKind.Bureau,
    };
}
