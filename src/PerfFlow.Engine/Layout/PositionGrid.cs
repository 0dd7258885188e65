namespace PerfFlow.Engine.Layout;

/// <summary>A place in the grid of a drawing.</summary>
internal sealed record Cell(int Column, int Row, int Band = 0);

/// <summary>
/// Puts steps into a grid in the order in which the designer placed them: the distances, and the room of what is not drawn, go;
/// left stays left and above stays above, but rows that fit into each other become one.
/// </summary>
internal static class PositionGrid
{
    // In the designer's units; its boxes are about 170 wide and 56 high.
    private const double SameColumn = 100;
    private const double SameRow = 60;

    public static Cell[] Arrange(Outline outline)
    {
        var across = outline.Steps.Select(step => step.Position!.Value.X).ToArray();
        var columns = Ranks(across, SameColumn);
        var rows = Ranks([.. outline.Steps.Select(step => step.Position!.Value.Y)], SameRow);
        var taken = new Dictionary<(int Column, int Row), int>();
        foreach (var i in Enumerable.Range(0, columns.Length).OrderBy(i => outline.Steps[i].Position!.Value.Y).ThenBy(i => i))
        {
            // Rows are doubled, so that a step on top of another one finds a row of its own below it.
            var row = rows[i] * 2;
            while (!taken.TryAdd((columns[i], row), i))
                row++;
        }

        var placed = taken.GroupBy(cell => cell.Key.Row).OrderBy(group => group.Key).Select(group => group.Select(cell => cell.Value).ToList()).ToList();
        for (var row = 0; row + 1 < placed.Count;)
        {
            if (placed[row].Exists(i => placed[row + 1].Exists(j => columns[i] == columns[j])))
            {
                row++;
                continue;
            }

            placed[row].AddRange(placed[row + 1]);
            placed.RemoveAt(row + 1);
        }

        var cells = new Cell[columns.Length];
        for (var row = 0; row < placed.Count; row++)
        {
            foreach (var i in placed[row])
                cells[i] = new Cell(columns[i], row);
        }

        return Narrow(outline, cells, across);
    }

    /// <summary>Where there are more columns than fit beside each other, those that share no row become one, the nearest first.</summary>
    private static Cell[] Narrow(Outline outline, Cell[] cells, double[] across)
    {
        while (true)
        {
            var columns = cells.Index().Where(cell => outline.Steps[cell.Index].Kind != DrawnKind.Start).GroupBy(cell => cell.Item.Column).OrderBy(group => group.Key).ToList();
            var pair = columns.Count <= Bands.MostColumns ? null : columns.Zip(columns.Skip(1))
                .Where(two => !two.First.Any(one => two.Second.Any(other => one.Item.Row == other.Item.Row)))
                .OrderBy(two => two.Second.Average(cell => across[cell.Index]) - two.First.Average(cell => across[cell.Index]))
                .Select(two => two.Second).FirstOrDefault();
            if (pair is null)
                return cells;
            cells = Array.ConvertAll(cells, cell => cell.Column >= pair.Key ? cell with { Column = cell.Column - 1 } : cell);
        }
    }

    /// <summary>The number of each value among the distinct ones, where values that are nearly the same count as one.</summary>
    private static int[] Ranks(double[] all, double same)
    {
        var firsts = new List<double>();
        foreach (var value in all.Order())
        {
            if (firsts.Count == 0 || value - firsts[^1] > same)
                firsts.Add(value);
        }

        return Array.ConvertAll(all, value => firsts.FindLastIndex(first => first <= value));
    }
}
