namespace PerfFlow.Engine.Layout;

/// <summary>A drawing with many columns goes on below, as a text does: a page is wider than tall, but not that much.</summary>
internal static class Bands
{
    /// <summary>Columns that are read side by side on a page; the dot of the start takes no room worth counting.</summary>
    public const int MostColumns = 6;

    public static Cell[] Fold(Outline outline, Cell[] cells)
    {
        var columns = cells.Length == 0 ? 0 : cells.Max(cell => cell.Column) + 1;
        var thin = Enumerable.Range(0, columns).Where(column => cells.Index().Where(cell => cell.Item.Column == column).All(cell => outline.Steps[cell.Index].Kind == DrawnKind.Start)).ToHashSet();
        if (columns - thin.Count <= MostColumns)
            return Tighten(cells);
        var bands = (columns - thin.Count + MostColumns - 1) / MostColumns;
        var folded = cells.ToArray();
        var first = 0;
        for (var band = 0; band + 1 < bands; band++)
        {
            var cut = Cut(outline, cells, first, columns, bands - band, thin.Count(column => column >= first));
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i].Column >= cut)
                    folded[i] = new Cell(cells[i].Column - cut, cells[i].Row, band + 1);
            }

            first = cut;
        }

        return Tighten(folded);
    }

    /// <summary>Near an equal share, where the fewest lines have to go from one band to the next.</summary>
    private static int Cut(Outline outline, Cell[] cells, int first, int columns, int bands, int thin)
    {
        var share = first + thin + ((columns - first - thin) / (double)bands);
        return Enumerable.Range(first + 1, columns - first - 1)
            .Where(cut => Math.Abs(cut - share) <= 1 && cut - first - thin <= MostColumns && columns - cut <= MostColumns * (bands - 1))
            .OrderBy(cut => outline.Lines.Count(line => cells[line.From].Column < cut != cells[line.To].Column < cut))
            .ThenBy(cut => Math.Abs(cut - share))
            .First();
    }

    /// <summary>Rows below each other without gaps, the first band on top.</summary>
    private static Cell[] Tighten(Cell[] cells)
    {
        var rows = cells.Select(cell => (cell.Band, cell.Row)).Distinct().Order().ToList();
        return Array.ConvertAll(cells, cell => cell with { Row = rows.IndexOf((cell.Band, cell.Row)) });
    }
}
