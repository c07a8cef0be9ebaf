// The forecast map: shapes and shades from this machine alone, the same facts as the table.
import * as maplibre from './maplibre-gl.mjs'

const SHADES = ['#e6eef5', '#c8dbe9', '#a4c2dc', '#7ea6c8', '#5882ab']
const NO_DATA = -1
const LINE = '#505a5f'

function hatch () {
  const side = 8
  const pixels = new Uint8Array(side * side * 4).fill(255)
  for (let at = 0; at < side; at++) {
    const start = (at * side + (side - 1 - at)) * 4
    pixels.set([80, 90, 95, 255], start)
  }
  return { width: side, height: side, data: pixels }
}

function layers (cells) {
  const shade = ['match', ['get', 'shade'], ...SHADES.flatMap((colour, at) => [at + 1, colour]), '#ffffff']
  return [
    { id: 'paper', type: 'background', paint: { 'background-color': '#ffffff' } },
    { id: 'cells', type: 'fill', ...cells, paint: { 'fill-color': shade, 'fill-antialias': false } },
    {
      id: 'no-data',
      type: 'fill',
      ...cells,
      filter: ['==', ['get', 'shade'], NO_DATA],
      paint: { 'fill-pattern': 'hatch' }
    },
    { id: 'edges', type: 'line', ...cells, minzoom: 11, paint: { 'line-color': LINE, 'line-width': 0.5 } },
    { id: 'boroughs', type: 'line', source: 'boroughs', paint: { 'line-color': LINE, 'line-width': 1 } },
    {
      id: 'borough-names',
      type: 'symbol',
      source: 'names',
      layout: { 'text-field': ['get', 'name'], 'text-font': ['sans-serif'], 'text-size': 11, 'text-max-width': 7 },
      paint: { 'text-color': '#0b0c0c', 'text-halo-color': '#ffffff', 'text-halo-width': 1.5 }
    }
  ]
}

// Outlines of many cells come as tiles, which hold no words: those of one place are asked for.
async function wordsOf (feature, canvas) {
  if (!canvas.dataset.words) return feature.properties
  const told = await fetch(canvas.dataset.words.replace('{cell}', feature.id))
  return told.ok ? told.json() : { name: 'This place', words: 'its words cannot be read now' }
}

function describe (map, canvas) {
  map.on('click', 'cells', async (event) => {
    const said = await wordsOf(event.features[0], canvas)
    const box = document.createElement('p')
    box.className = 'govuk-body-s govuk-!-margin-0'
    box.textContent = `${said.name}: ${said.words}`
    new maplibre.Popup().setLngLat(event.lngLat).setDOMContent(box).addTo(map)
  })
  map.once('idle', () => { canvas.dataset.ready = 'yes' })
}

function cellSource (canvas, bounds, source) {
  if (!canvas.dataset.tiles) return source(canvas.dataset.cells)
  return { type: 'vector', tiles: [window.location.origin + canvas.dataset.tiles], bounds, maxzoom: 14 }
}

function draw (canvas) {
  const bounds = JSON.parse(canvas.dataset.bounds)
  const source = (url) => ({ type: 'geojson', tolerance: 0.1, data: new URL(url, document.baseURI).href })
  const map = new maplibre.Map({
    container: canvas,
    bounds,
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: true,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    style: {
      version: 8,
      sources: {
        cells: cellSource(canvas, bounds, source),
        boroughs: source(canvas.dataset.boroughs),
        names: source(canvas.dataset.names)
      },
      layers: []
    }
  })
  map.addControl(new maplibre.NavigationControl({ showCompass: false }))
  map.addControl(new maplibre.ScaleControl({ unit: 'metric' }))
  map.on('load', () => {
    map.addImage('hatch', hatch())
    const cells = canvas.dataset.tiles ? { source: 'cells', 'source-layer': 'cells' } : { source: 'cells' }
    layers(cells).forEach((layer) => map.addLayer(layer))
    describe(map, canvas)
    canvas.addEventListener('rp-asked', () => askAnew(map, canvas))
  })
}

// The time slider asked for another slot: the same places in other shades.
function askAnew (map, canvas) {
  delete canvas.dataset.ready
  if (canvas.dataset.tiles) map.getSource('cells').setTiles([window.location.origin + canvas.dataset.tiles])
  else map.getSource('cells').setData(new URL(canvas.dataset.cells, document.baseURI).href)
  map.once('idle', () => { canvas.dataset.ready = 'yes' })
}

for (const canvas of document.querySelectorAll('[data-map]')) {
  canvas.hidden = false
  draw(canvas)
}
