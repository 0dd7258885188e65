using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PerfFlow.Platform.Workflows;

/// <summary>A row of a <see cref="FeatureTable"/>, for reading: its key is the line of the journal that brought it and the ordinal within that.</summary>
public abstract class ActRow
{
    public required long CaseId { get; init; }

    /// <summary>Line of the case's journal.</summary>
    public required int Seq { get; init; }

    public required int N { get; init; }
}

internal static class ActTables
{
    /// <summary>Maps a class to a table whose rows came with acts.</summary>
    public static void ToActTable<TRow>(this EntityTypeBuilder<TRow> builder, string table)
        where TRow : ActRow
    {
        builder.ToTable(table);
        builder.HasKey(nameof(ActRow.CaseId), nameof(ActRow.Seq), nameof(ActRow.N));
    }
}
