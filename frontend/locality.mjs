// The map of a locality: what is picked, what lies next to it, an outline drawn corner by corner.
import * as maplibre from './maplibre-gl.mjs'

const PICKED = '#5882ab'
const NEAR = '#e6eef5'
const LINE = '#0b0c0c'

function collection (features) {
  return { type: 'FeatureCollection', features }
}

function outlineOf (text) {
  const corners = text.split('\n').map((line) => line.split(/[\s,]+/).map(Number)).filter((each) => each.length === 2)
  if (corners.length < 3 || corners.flat().some(Number.isNaN)) return collection([])
  const ring = [...corners, corners[0]]
  return collection([{ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }])
}

function drawn (text) {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : outlineOf(text)
  } catch {
    return collection([])
  }
}

function layers (map) {
  const colour = ['case', ['get', 'picked'], PICKED, NEAR]
  map.addLayer({ id: 'paper', type: 'background', paint: { 'background-color': '#ffffff' } })
  map.addLayer({ id: 'cells', type: 'fill', source: 'cells', paint: { 'fill-color': colour } })
  map.addLayer({ id: 'edges', type: 'line', source: 'cells', paint: { 'line-color': '#505a5f', 'line-width': 0.8 } })
  map.addLayer({ id: 'drawn', type: 'fill', source: 'drawn', paint: { 'fill-color': PICKED, 'fill-opacity': 0.5 } })
  map.addLayer({ id: 'drawn-edge', type: 'line', source: 'drawn', paint: { 'line-color': LINE, 'line-width': 2 } })
}

// A place on the map leads to the same page as its row in the table: added, or left out.
function lead (map, canvas) {
  const picked = new Set(new URLSearchParams(canvas.dataset.cells.split('?')[1]).get('cells').split(',').filter(Boolean))
  map.on('click', 'cells', (event) => {
    if (canvas.dataset.drawing === 'yes') return
    const { cell } = event.features[0].properties
    if (!picked.delete(cell)) picked.add(cell)
    window.location.search = `?cells=${encodeURIComponent([...picked].join(','))}`
  })
}

// Where the box of the outline is open, a point on the map becomes its next corner.
function corners (map, canvas) {
  const box = document.getElementById('outline')
  const details = box.closest('details')
  const show = () => {
    canvas.dataset.drawing = details.open ? 'yes' : 'no'
    map.getSource('drawn').setData(drawn(box.value || canvas.dataset.outline || ''))
  }
  map.on('click', (event) => {
    if (!details.open || box.value.trimStart().startsWith('{')) return
    const { lng, lat } = event.lngLat
    box.value = `${box.value.trim()}\n${lng.toFixed(6)}, ${lat.toFixed(6)}`.trim()
    show()
  })
  box.addEventListener('input', show)
  details.addEventListener('toggle', show)
  show()
}

function draw (canvas) {
  const map = new maplibre.Map({
    container: canvas,
    bounds: JSON.parse(canvas.dataset.bounds),
    fitBoundsOptions: { padding: 12 },
    attributionControl: false,
    cooperativeGestures: true,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    style: {
      version: 8,
      sources: {
        cells: { type: 'geojson', data: new URL(canvas.dataset.cells, document.baseURI).href },
        drawn: { type: 'geojson', data: collection([]) }
      },
      layers: []
    }
  })
  map.addControl(new maplibre.NavigationControl({ showCompass: false }))
  map.addControl(new maplibre.ScaleControl({ unit: 'metric' }))
  map.on('load', () => {
    layers(map)
    lead(map, canvas)
    corners(map, canvas)
    map.once('idle', () => { canvas.dataset.ready = 'yes' })
  })
}

for (const canvas of document.querySelectorAll('[data-locality]')) {
  canvas.hidden = false
  draw(canvas)
}
