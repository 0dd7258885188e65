using System.Text;
using Microsoft.EntityFrameworkCore;

namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>Names in the database as a DBA writes them: <c>DueAt</c> becomes <c>due_at</c>.</summary>
public static class SnakeCase
{
    /// <summary>Renames every column, key and index of the model; tables keep the names their mapping gave them.</summary>
    public static void Apply(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Of(property.Name));
            }
        }
    }

    /// <summary>The snake case of a .NET name.</summary>
    public static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                result.Append('_');
            }

            result.Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
