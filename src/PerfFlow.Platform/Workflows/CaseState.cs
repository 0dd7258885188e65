using Npgsql;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Platform.Workflows;

/// <summary>A case as read under its lock, with its open tasks.</summary>
internal sealed record CaseState
{
    public required long Id { get; init; }

    public required int DefinitionRow { get; init; }

    public required WorkflowDefinition Definition { get; init; }

    public required CaseSeed Seed { get; init; }

    public int RegionId => Seed.RegionId;

    public required int Revision { get; init; }

    public required int HeadSeq { get; init; }

    public required byte[] HeadHash { get; init; }

    /// <summary>Rounds that were filed so far, withdrawn ones included.</summary>
    public required int Rounds { get; init; }

    /// <summary>Null for a case that is being started.</summary>
    public Instance? Instance { get; init; }

    public List<OpenTask> Tasks { get; } = [];

    public static CaseState New(long id, CaseSeed seed, DefinitionCatalog catalog)
    {
        var row = catalog.Newest(seed.RegionId, seed.DefinitionId);
        return new CaseState { Id = id, DefinitionRow = row, Definition = catalog.Get(row), Seed = seed, Revision = 0, HeadSeq = 0, HeadHash = JournalLine.Genesis, Rounds = 0 };
    }

    public static CaseState Read(NpgsqlDataReader reader, DefinitionCatalog catalog)
    {
        var definition = catalog.Get(reader.GetInt32(1));
        return new CaseState
        {
            Id = reader.GetInt64(0),
            DefinitionRow = reader.GetInt32(1),
            Definition = definition,
            Seed = new CaseSeed
            {
                DefinitionId = definition.DefinitionId,
                RegionId = reader.GetInt32(2),
                NoticeId = reader.IsDBNull(3) ? null : reader.GetInt64(3),
                OriginId = reader.IsDBNull(4) ? null : reader.GetInt64(4),
                UnitId = reader.GetInt64(5),
                DepartmentId = reader.GetInt64(6),
                SectionId = reader.GetInt64(7),
                ObjectId = reader.GetInt64(8),
            },
            Revision = reader.GetInt32(9),
            HeadSeq = reader.GetInt32(10),
            HeadHash = reader.GetFieldValue<byte[]>(11),
            Rounds = reader.GetInt32(13),
            Instance = InstanceCodec.Read(definition, reader.GetFieldValue<byte[]>(12)),
        };
    }
}

/// <summary>An open task as read under its case's lock.</summary>
internal sealed record OpenTask(int Visit, string Node, string Kind, string Role, long OrganisationId, long? PersonId, int OpenedBy, DateTimeOffset VisitOpenedAt, DateTimeOffset? OpenedAt)
{
    public static OpenTask Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetInt64(5),
        reader.IsDBNull(6) ? null : reader.GetInt64(6),
        reader.GetInt32(7),
        reader.GetFieldValue<DateTimeOffset>(8),
        reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));
}
